#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# A pandas 3.1.1 frame of ints, pickled where pyarrow is installed, does not load in the same pandas without pyarrow.
#
# Expected: pandas requires numpy and python-dateutil only, and the frame holds ints in numpy arrays; so equal versions
#   of Python, pandas and numpy on both sides suffice to unpickle it.
# Seen: pandas 3 infers `str` for column labels, and keeps them in pyarrow's memory as soon as pyarrow can be imported.
#   The pickle then holds a pyarrow array of the labels, and loading it without pyarrow raises ModuleNotFoundError.
#   The frame without text labels loads, and so does the one that was written without pyarrow, also beside pyarrow. With
#   the option mode.string_storage set to "python" before the frame is made, no pyarrow gets into the pickle.
# Versions: pandas 3.1.1 and numpy 2.4.6 on both sides; pyarrow 26.0.1 on one.
# Why it matters: pickle is how frames reach worker processes of another environment. Whether they arrive depends on
#   what else the sender has installed, and neither the code nor the pinned version of pandas tells.
set -euo pipefail

python="${PYTHON:-/usr/bin/python3}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

packages=(pandas==3.1.1 numpy==2.4.6 python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2025.2)
for environment in plain arrow; do
  "$python" -m venv "$dir/$environment"
  "$dir/$environment/bin/pip" install --quiet --only-binary :all: "${packages[@]}"
done
"$dir/arrow/bin/pip" install --quiet --only-binary :all: pyarrow==26.0.1

cat >"$dir/write.py" <<'E'
import pickle
import sys
import numpy
import pandas

ints = numpy.arange(4).reshape(2, 2)
frames = {
    "ints, labels a and b": pandas.DataFrame(ints, columns=["a", "b"]),
    "ints, labels 0 and 1": pandas.DataFrame(ints),
    "ints, unnamed series": pandas.Series(ints[0]),
}
pandas.set_option("mode.string_storage", "python")
frames["ints, labels a and b, string_storage python"] = pandas.DataFrame(ints, columns=["a", "b"])
with open(sys.argv[1], "wb") as out:
    pickle.dump({name: pickle.dumps(frame) for name, frame in frames.items()}, out)
E
cat >"$dir/read.py" <<'E'
import pickle
import sys

print(f"written in {sys.argv[2]}, read in {sys.argv[3]}")
with open(sys.argv[1], "rb") as source:
    pickles = pickle.load(source)
for name, data in pickles.items():
    try:
        pickle.loads(data)
        print(f"  {name}: loads")
    except ModuleNotFoundError as error:
        print(f"  {name}: ModuleNotFoundError: {error}")
E
cat >"$dir/expected" <<'E'
written in plain, read in plain
  ints, labels a and b: loads
  ints, labels 0 and 1: loads
  ints, unnamed series: loads
  ints, labels a and b, string_storage python: loads
written in plain, read in arrow
  ints, labels a and b: loads
  ints, labels 0 and 1: loads
  ints, unnamed series: loads
  ints, labels a and b, string_storage python: loads
written in arrow, read in plain
  ints, labels a and b: ModuleNotFoundError: No module named 'pyarrow'
  ints, labels 0 and 1: loads
  ints, unnamed series: loads
  ints, labels a and b, string_storage python: loads
written in arrow, read in arrow
  ints, labels a and b: loads
  ints, labels 0 and 1: loads
  ints, unnamed series: loads
  ints, labels a and b, string_storage python: loads
E

"$python" --version
for environment in plain arrow; do
  echo "$environment: $("$dir/$environment/bin/pip" freeze | paste -sd ' ')"
  "$dir/$environment/bin/pip" check
done
for writer in plain arrow; do
  "$dir/$writer/bin/python" "$dir/write.py" "$dir/$writer.pickle"
  for reader in plain arrow; do
    "$dir/$reader/bin/python" "$dir/read.py" "$dir/$writer.pickle" "$writer" "$reader"
  done
done | tee "$dir/seen"
diff "$dir/expected" "$dir/seen" || { echo "the behaviour has changed" >&2; exit 1; }
