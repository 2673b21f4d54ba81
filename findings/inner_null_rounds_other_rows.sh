#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# pyarrow, polars and numpy: a null inside one row of a column of lists of int64 rounds the integers of all other rows on the way to
#   numpy, while the column's null_count is 0.
#
# Expected: rows without a null become arrays of int64, as they do where no row has one; or numpy.asarray raises; or null_count,
#   the cheap question that callers ask before they convert, tells that something is missing.
# Seen: pyarrow's list and fixed_size_list give float64 for every row, so that 2**60 + 1 of another row becomes 2**60; polars' Array
#   gives one float64 array of all. Only polars' List keeps the types of rows apart. null_count is 0 in each case. No warning.
# Versions: pyarrow 26.0.1, polars 2.1.0, numpy 2.4.6.
# Why it matters: embeddings, token ids and hashes travel as lists of int64. Ids above 2**53 change in rows that are whole, because
#   of another row that is not, and the check that protects flat columns does not see it.
set -euo pipefail

python="${PYTHON:-/usr/bin/python3}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

"$python" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet --only-binary :all: pyarrow==26.0.1 polars==2.1.0 numpy==2.4.6

cat >"$dir/show.py" <<'E'
import warnings

import numpy
import polars as pl
import pyarrow as pa

warnings.simplefilter("error")  # none comes
big = 2**60 + 1
whole, gap = [[big, 2], [3, 4]], [[big, 2], [3, None]]


def tell(name, make, nulls):
    for what, rows in ("no null", whole), ("a null in row 1", gap):
        column = make(rows)
        first = numpy.asarray(column)[0]
        print(f"{name}, {what}: row 0 is {first.dtype}, exact: {int(first[0]) == big}; null_count {nulls(column)}")


tell("pyarrow list", pa.array, lambda c: c.null_count)
tell("pyarrow fixed_size_list", lambda rows: pa.array(rows, pa.list_(pa.int64(), 2)), lambda c: c.null_count)
tell("polars List", lambda rows: pl.Series(rows, dtype=pl.List(pl.Int64)), lambda c: c.null_count())
tell("polars Array", lambda rows: pl.Series(rows, dtype=pl.Array(pl.Int64, 2)), lambda c: c.null_count())
E
cat >"$dir/expected" <<'E'
pyarrow list, no null: row 0 is int64, exact: True; null_count 0
pyarrow list, a null in row 1: row 0 is float64, exact: False; null_count 0
pyarrow fixed_size_list, no null: row 0 is int64, exact: True; null_count 0
pyarrow fixed_size_list, a null in row 1: row 0 is float64, exact: False; null_count 0
polars List, no null: row 0 is int64, exact: True; null_count 0
polars List, a null in row 1: row 0 is int64, exact: True; null_count 0
polars Array, no null: row 0 is int64, exact: True; null_count 0
polars Array, a null in row 1: row 0 is float64, exact: False; null_count 0
E
"$python" --version
"$dir/env/bin/pip" freeze | paste -sd ' '
"$dir/env/bin/python" "$dir/show.py" | tee "$dir/seen"
diff "$dir/expected" "$dir/seen" || { echo "the behaviour has changed" >&2; exit 1; }
