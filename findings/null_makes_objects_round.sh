#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# numpy.asarray(column, dtype=object) of ints rounds them in polars and pyarrow as soon as one value is missing.
#
# Expected: a column of int64 with a missing value becomes float64 where no type is asked for; both libraries document
#   that. Objects hold any int and None, so dtype=object is how to get the exact values, as with a list of Python's.
# Seen: polars 2.1.0 and pyarrow 26.0.1 make the float64 array first, and objects of its floats: 2**53 + 1 comes out as
#   the float 9007199254740992.0, the missing value as nan, and there is no warning. Without the missing value the same
#   call gives the exact int. dtype=int64 rounds as well: the warning that numpy gives is about the missing value, which
#   becomes some number, and not about the others, which are no longer those of the column. pandas 3.1.1 gives exact
#   objects, and refuses int64, for both of its nullable types. to_list of polars and to_pylist of pyarrow are exact.
# Versions: polars 2.1.0, pyarrow 26.0.1, pandas 3.1.1, numpy 2.4.6.
# Why it matters: identifiers and hashes are int64 in C++. One missing value turns its neighbours in the same column,
#   or in the same batch, into other identifiers, even in code that asks for objects in order to avoid floats.
set -euo pipefail

python="${PYTHON:-/usr/bin/python3}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

"$python" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet --only-binary :all: numpy==2.4.6 polars==2.1.0 polars-runtime-32==2.1.0 \
  pyarrow==26.0.1 pandas==3.1.1 python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2025.2

cat >"$dir/show.py" <<'E'
import warnings
import numpy
import pandas
import polars
import pyarrow

exact = 2**53 + 1
columns = {
    "list": lambda values: values,
    "polars": polars.Series,
    "pyarrow": pyarrow.array,
    "pandas Int64": lambda values: pandas.Series(values, dtype="Int64"),
    "pandas int64[pyarrow]": lambda values: pandas.Series(values, dtype="int64[pyarrow]"),
}


def converted(column, dtype):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            first = numpy.asarray(column, dtype=dtype)[0]
        except (TypeError, ValueError) as error:
            return type(error).__name__
    # First value only: which number a nan becomes as an int64 is the processor's choice.
    what = first.item() if isinstance(first, numpy.generic) else first
    said = ", ".join(str(warning.message) for warning in caught)
    return f"{what!r}, warning: {said}" if said else repr(what)


for values in ([exact], [exact, None]):
    for dtype in (object, numpy.int64):
        print(f"{values} as {dtype.__name__}")
        for name, make in columns.items():
            print(f"  {name}: {converted(make(values), dtype)}")
print("polars to_list:", polars.Series([exact, None]).to_list())
print("pyarrow to_pylist:", pyarrow.array([exact, None]).to_pylist())
E
cat >"$dir/expected" <<'E'
[9007199254740993] as object
  list: 9007199254740993
  polars: 9007199254740993
  pyarrow: 9007199254740993
  pandas Int64: 9007199254740993
  pandas int64[pyarrow]: 9007199254740993
[9007199254740993] as int64
  list: 9007199254740993
  polars: 9007199254740993
  pyarrow: 9007199254740993
  pandas Int64: 9007199254740993
  pandas int64[pyarrow]: 9007199254740993
[9007199254740993, None] as object
  list: 9007199254740993
  polars: 9007199254740992.0
  pyarrow: 9007199254740992.0
  pandas Int64: 9007199254740993
  pandas int64[pyarrow]: 9007199254740993
[9007199254740993, None] as int64
  list: TypeError
  polars: 9007199254740992, warning: invalid value encountered in cast
  pyarrow: 9007199254740992, warning: invalid value encountered in cast
  pandas Int64: ValueError
  pandas int64[pyarrow]: TypeError
polars to_list: [9007199254740993, None]
pyarrow to_pylist: [9007199254740993, None]
E

"$python" --version
"$dir/env/bin/pip" freeze | paste -sd ' '
"$dir/env/bin/python" "$dir/show.py" | tee "$dir/seen"
diff "$dir/expected" "$dir/seen" || { echo "the behaviour has changed" >&2; exit 1; }
