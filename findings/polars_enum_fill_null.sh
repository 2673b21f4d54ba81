#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# polars: fill_null of an Enum column by a text that is no member leaves the nulls where they are, and raises nothing.
#
# Expected: fill_null(value) fills null values with the given one, or raises where the column cannot hold it, as making the same
#   column of that text does, and as replace(None, text) does; of other types the column is widened instead, so that the value
#   fits (Int8 becomes Int16 for 1000, Int64 becomes String for a text).
# Seen: the column comes back as it was: same type, same null_count, no error, no warning. So of the method of a Series, of the
#   expression, and of coalesce with a literal. A text that is a member fills as expected.
# Versions: polars 2.1.0.
# Why it matters: who fills what is missing before handing a column on (to a function without nulls, to numpy) still hands on
#   nulls: `fill_null("unknown")` on a column whose Enum was made of the values seen so far is the usual case.
set -euo pipefail

python="${PYTHON:-/usr/bin/python3}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

"$python" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet --only-binary :all: polars==2.1.0

cat >"$dir/show.py" <<'E'
import warnings

import polars as pl

warnings.simplefilter("error")  # none comes
colour = pl.Enum(["red", "green"])
column = pl.Series("colour", ["red", None, "green"], dtype=colour)
frame = pl.DataFrame({"colour": column})


def tell(what, make):
    try:
        made = make()
        print(f"{what}: {made.to_list()}, {made.null_count()} null, {made.dtype == colour and 'the same Enum' or made.dtype}")
    except pl.exceptions.InvalidOperationError:
        print(f"{what}: InvalidOperationError")


tell("fill_null of a Series, no member", lambda: column.fill_null("unknown"))
tell("fill_null of an expression, no member", lambda: frame.select(pl.col("colour").fill_null("unknown"))["colour"])
tell("coalesce with a literal, no member", lambda: frame.select(pl.coalesce("colour", pl.lit("unknown")))["colour"])
tell("fill_null, a member", lambda: column.fill_null("green"))
tell("replace, no member", lambda: column.replace(None, "unknown"))
tell("a new column, no member", lambda: pl.Series(["red", "unknown"], dtype=colour))
tell("Int8 by 1000", lambda: pl.Series([1, None], dtype=pl.Int8).fill_null(1000))
tell("Int64 by a text", lambda: pl.Series([1, None], dtype=pl.Int64).fill_null("x"))
E
cat >"$dir/expected" <<'E'
fill_null of a Series, no member: ['red', None, 'green'], 1 null, the same Enum
fill_null of an expression, no member: ['red', None, 'green'], 1 null, the same Enum
coalesce with a literal, no member: ['red', None, 'green'], 1 null, the same Enum
fill_null, a member: ['red', 'green', 'green'], 0 null, the same Enum
replace, no member: InvalidOperationError
a new column, no member: InvalidOperationError
Int8 by 1000: [1, 1000], 0 null, Int16
Int64 by a text: ['1', 'x'], 0 null, String
E
"$python" --version
"$dir/env/bin/pip" freeze | paste -sd ' '
"$dir/env/bin/python" "$dir/show.py" | tee "$dir/seen"
diff "$dir/expected" "$dir/seen" || { echo "the behaviour has changed" >&2; exit 1; }
