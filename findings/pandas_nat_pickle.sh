#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# A pickled pandas.NaT does not load across pandas 2.2.3 and 3.1.1, in either direction.
#
# Expected: pickles of Timestamp, Timedelta and NA load on both sides, so the missing Timestamp loads as well; and as
#   a datetime column holding NaT loads, so does the NaT taken out of that column.
# Seen: NaT is pickled as a call of a private function of pandas, `__nat_unpickle` in 2.2.3 and `_nat_unpickle` in
#   3.1.1, and each version has only its own. pickle.loads fails with AttributeError both ways, and takes everything
#   around the NaT with it. A datetime64 column loads: there NaT is a number. pandas.read_pickle of 3.1.1 translates
#   the old name, that of 2.2.3 cannot know the new one; pickle.loads, which nearly everything else calls, translates
#   neither.
# Versions: pandas 2.2.3 and 3.1.1, both with numpy 2.4.6. Python is the same on both sides.
# Why it matters: where one process pickles and a worker with another pandas unpickles, rows pass for as long as no
#   date in them is missing, and fail at the first gap.
set -euo pipefail

python="${PYTHON:-/usr/bin/python3}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

for version in 2.2.3 3.1.1; do
  "$python" -m venv "$dir/$version"
  "$dir/$version/bin/pip" install --quiet --only-binary :all: "pandas==$version" numpy==2.4.6 \
    python-dateutil==2.9.0.post0 six==1.17.0 pytz==2025.2 tzdata==2025.2
done

cat >"$dir/write.py" <<'E'
import pickle
import sys
import pandas

column = pandas.Series([pandas.Timestamp("2024-05-06"), pandas.NaT])
values = {
    "Timestamp": column[0],
    "Timedelta": pandas.Timedelta("1D"),
    "NA": pandas.NA,
    "column of a Timestamp and NaT": column,
    "NaT": pandas.NaT,
    "row with NaT": {"id": 7, "seen": column[1]},
}
with open(sys.argv[1], "wb") as out:
    pickle.dump({name: pickle.dumps(value) for name, value in values.items()}, out)
pandas.to_pickle({"id": 7, "seen": column[1]}, sys.argv[1] + ".row")
E
cat >"$dir/read.py" <<'E'
import pickle
import sys
import pandas


def attempt(name, load):
    try:
        load()
        print(f"  {name}: loads")
    except AttributeError as error:
        print(f"  {name}: AttributeError: {str(error).partition(' on <module')[0]}")


print(f"{sys.argv[2]} into {pandas.__version__}")
with open(sys.argv[1], "rb") as source:
    pickles = pickle.load(source)
for name, data in pickles.items():
    attempt(name, lambda: pickle.loads(data))
attempt("row with NaT, by pandas.read_pickle", lambda: pandas.read_pickle(sys.argv[1] + ".row"))
E
cat >"$dir/expected" <<'E'
2.2.3 into 2.2.3
  Timestamp: loads
  Timedelta: loads
  NA: loads
  column of a Timestamp and NaT: loads
  NaT: loads
  row with NaT: loads
  row with NaT, by pandas.read_pickle: loads
2.2.3 into 3.1.1
  Timestamp: loads
  Timedelta: loads
  NA: loads
  column of a Timestamp and NaT: loads
  NaT: AttributeError: Can't get attribute '__nat_unpickle'
  row with NaT: AttributeError: Can't get attribute '__nat_unpickle'
  row with NaT, by pandas.read_pickle: loads
3.1.1 into 2.2.3
  Timestamp: loads
  Timedelta: loads
  NA: loads
  column of a Timestamp and NaT: loads
  NaT: AttributeError: Can't get attribute '_nat_unpickle'
  row with NaT: AttributeError: Can't get attribute '_nat_unpickle'
  row with NaT, by pandas.read_pickle: AttributeError: Can't get attribute '_nat_unpickle'
3.1.1 into 3.1.1
  Timestamp: loads
  Timedelta: loads
  NA: loads
  column of a Timestamp and NaT: loads
  NaT: loads
  row with NaT: loads
  row with NaT, by pandas.read_pickle: loads
E

echo "$("$python" --version), numpy 2.4.6, pandas 2.2.3 and 3.1.1"
for writer in 2.2.3 3.1.1; do
  "$dir/$writer/bin/python" "$dir/write.py" "$dir/$writer.pickle"
  for reader in 2.2.3 3.1.1; do
    "$dir/$reader/bin/python" "$dir/read.py" "$dir/$writer.pickle" "$writer"
  done
done | tee "$dir/seen"
diff "$dir/expected" "$dir/seen" || { echo "the behaviour has changed" >&2; exit 1; }
