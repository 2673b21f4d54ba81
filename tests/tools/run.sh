# shellcheck shell=bash
# Part of ./dev: how sections of the tests run, several at a time, and what they count

section() {  # section NAME: runs it, and notes its status and its seconds
  local start=$SECONDS status=0 slot=build/log/$1.slot
  set +e
  (set -e && "test_$1") >"build/log/$1.txt" 2>&1 </dev/null
  status=$?
  echo "$status $((SECONDS - start))" >"build/log/$1.status"
}

compiled() {  # a section says that it compiles no more: another may begin
  [ ! -e "${slot-}" ] || { rm "$slot" && echo >&9; }
}

run_sections() {  # run_sections NAME...: two that compile at a time, beside those that run what they have compiled
  local name
  declare -A running=()
  rm -f build/log/slots && mkfifo build/log/slots && exec 9<>build/log/slots && printf '\n\n' >&9
  trap 'for pid in "${!running[@]}"; do kill -- "-$pid"; done; exit 130' INT TERM
  set -m  # else what runs in the background ignores SIGINT, and so would what is tested
  for name in "$@"; do
    until read -r -t 1 <&9; do finish_some; done
    rm -f "build/log/$name.status"
    touch "build/log/$name.slot"
    section "$name" &
    running[$!]=$name
  done
  set +m
  while [ ${#running[@]} -gt 0 ]; do wait -n "${!running[@]}" || true && finish_some; done
  trap - INT TERM
}

finish_some() {
  local pid name slot
  for pid in "${!running[@]}"; do
    name=${running[$pid]} slot=build/log/$name.slot
    if ! kill -0 "$pid" 2>/dev/null; then unset "running[$pid]" && compiled && finished "$name"; fi
  done
}

finished() {  # finished NAME: adds up what a section counted, shows its output where something failed
  local name=$1 log=build/log/$1.txt status=1 took=0 p f s
  read -r status took <"build/log/$name.status" || true
  printf '== %-10s' "$name"
  read -r p f s < <(tally "$log")
  if [ "$status" != 0 ] && [ "$f" = 0 ]; then f=1; fi  # such as a build that failed
  printf '%s passed, %s failed, %s skipped in %s s\n' "$p" "$f" "$s" "$took"
  grep -E '^(note: |\[skipped\] )' "$log" | sort -u | sed 's/^/   /' || true
  if [ "$f" != 0 ]; then
    grep -vE '^\[[0-9]+/[0-9]+\] |, 0 failed' "$log" | tail -n 150 | sed 's/^/   /' || true
    echo "   (all of it: $log)"
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

tally() {  # adds up what doctest, unittest and our own runners say; a test that says "[skipped] NAME: why" has not passed
  awk '/^\[doctest\] test cases:/ { gsub(/[^0-9]+/, " "); p += $2; f += $3; if (!$3) s += $4 }
       /^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3; s += $5 }
       /^\[skipped\] / { p--; s++ }
       /^Ran [0-9]+ tests? in / { p += $2 }
       /^(OK|FAILED) \(/ { n = split($0, w, /[(,= )]+/)
           for (i = 2; i < n; i += 2) { p -= w[i + 1]; if (w[i] == "skipped") s += w[i + 1]; else f += w[i + 1] } }
       END { print p + 0, f + 0, s + 0 }' "$1"
}

slowest() {  # the ten files that took longest to compile, when they last were
  echo "slowest to compile, seconds:"
  awk '$4 ~ /\.o$/ { d = FILENAME; gsub(/^build\/|\/\.ninja_log$/, "", d); f = $4; sub(/.*\//, "", f); sub(/\.cpp\.o$/, "", f)
       took[d " " f] = ($2 - $1) / 1000 }
       END { for (f in took) print took[f], f }' build/*/.ninja_log 2>/dev/null | sort -rn | head -n 10 | sed 's/^/   /' || true
}

run_tests() {  # run_tests BUILD: its test programs, those that only compute beside the others, and no other section's meanwhile
  compiled
  exec 8>build/log/tests.lock 9>&- && flock 8
  local beside=build/log/$1-beside.txt worst=0 computing
  (run_programs "$1" native interop wire) >"$beside" 2>&1 &
  computing=$!
  run_programs "$1" python run behaviours threads threads_long processes || worst=1
  wait $computing || worst=1
  cat "$beside"
  return $worst
}

run_programs() {  # run_programs BUILD NAME...: from the project's root; a deadline against hangs
  local program status worst=0
  for program in "${@:2}"; do
    program=build/$1/tests/test_$program
    [ -x "$program" ] || continue
    echo "--- $program"
    status=0
    timeout -k 10 900 "$program" --no-intro 8>&- || status=$?
    [ $status -le 1 ] || echo "0 passed, 1 failed: $program ended with status $status (124: it hung)"
    [ $status = 0 ] || worst=1
  done
  return $worst
}
