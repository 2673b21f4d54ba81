#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# numpy.ma.masked.item() is 0.0: a masked element of any array becomes a number where scalars are converted by item().
#
# Expected: item() copies an element to a Python scalar, and tolist() is documented to convert by item(). tolist() of a
#   masked array gives None for what is masked, int() of such an element raises, float() warns and gives nan; so item()
#   gives None, or raises.
# Seen: an element taken out of an array is the constant `masked`, whatever the type of the array: an array of float64
#   without dimensions, with 0.0 under its mask. item() is the one of ndarray, ignores the mask, and gives 0.0 without
#   a warning, for masked ints, strings and dates alike. tolist() of that constant is None. item(1) of the array that
#   holds the element gives another value: the one under the mask.
# Versions: numpy 2.4.6, msgpack 1.2.4.
# Why it matters: `default=lambda value: value.item()` is a common hook to send numpy's scalars by msgpack or JSON.
#   With it a missing value arrives as the number 0.0, in columns of ints, strings and dates as well.
set -euo pipefail

python="${PYTHON:-/usr/bin/python3}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

"$python" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet --only-binary :all: numpy==2.4.6 msgpack==1.2.4

cat >"$dir/show.py" <<'E'
import json
import warnings
import msgpack
import numpy

warnings.simplefilter("error")  # 0.0 comes without one


def scalar(value):
    return value.item()


arrays = {
    "ints": numpy.ma.array([7, 8], mask=[False, True]),
    "strings": numpy.ma.array(["x", "y"], mask=[False, True]),
    "dates": numpy.ma.array(["2024-05-06", "2024-05-07"], dtype="datetime64[D]", mask=[False, True]),
}
for name, array in arrays.items():
    element = array[1]
    print(f"{name}: array.tolist()[1] {array.tolist()[1]!r}, array[1] {element!r} of {element.dtype}")
    print(f"  array[1].tolist() {element.tolist()!r}, array[1].item() {element.item()!r}", end=", ")
    print(f"array.item(1) {array.item(1)!r}")
ints = arrays["ints"]
print("msgpack:", msgpack.unpackb(msgpack.packb(list(ints), default=scalar)))
print("json:", json.dumps(list(ints), default=scalar))
print("max of masked ints only:", scalar(ints[1:].max()))
try:
    int(ints[1])
except numpy.ma.MaskError as error:
    print("int():", error)
E
cat >"$dir/expected" <<'E'
ints: array.tolist()[1] None, array[1] masked of float64
  array[1].tolist() None, array[1].item() 0.0, array.item(1) 8
strings: array.tolist()[1] None, array[1] masked of float64
  array[1].tolist() None, array[1].item() 0.0, array.item(1) 'y'
dates: array.tolist()[1] None, array[1] masked of float64
  array[1].tolist() None, array[1].item() 0.0, array.item(1) datetime.date(2024, 5, 7)
msgpack: [7, 0.0]
json: [7, 0.0]
max of masked ints only: 0.0
int(): Cannot convert masked element to a Python int.
E

"$python" --version
"$dir/env/bin/pip" freeze | paste -sd ' '
"$dir/env/bin/python" "$dir/show.py" | tee "$dir/seen"
diff "$dir/expected" "$dir/seen" || { echo "the behaviour has changed" >&2; exit 1; }
