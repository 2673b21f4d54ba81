# shellcheck shell=bash
# Part of ./dev: fuzzing the decoders

fuzz() {  # fuzz SECONDS [NAME...]: runs the targets one after the other; what they find stays in build/fuzz/NAME
  local seconds=$1 names=("${@:2}") name status=0 runs
  [ ${#names[@]} -gt 0 ] || for name in tests/fuzz/*.cpp; do names+=("$(basename "$name" .cpp)"); done
  /usr/bin/python3 tests/fuzz/seeds.py build/fuzz/seeds
  for name in "${names[@]}"; do
    mkdir -p "build/fuzz/$name"
    ccache "clang++-$clang" -std=c++20 -O1 -g1 -Wall -Wextra -fsanitize=address,undefined,fuzzer -fno-sanitize-recover=all \
      -Iinclude -c "tests/fuzz/$name.cpp" -o "build/fuzz/$name.o"
    "clang++-$clang" -fsanitize=address,undefined,fuzzer "build/fuzz/$name.o" -o "build/fuzz/$name.exe"
  done
  compiled
  for name in "${names[@]}"; do
    if ASAN_OPTIONS=$ASAN_OPTIONS:detect_stack_use_after_return=0 nice -n 5 timeout -k 10 $((seconds + 120)) "build/fuzz/$name.exe" \
      -max_total_time=$(((seconds + ${#names[@]} - 1) / ${#names[@]})) -max_len=2048 -timeout=10 -malloc_limit_mb=64 -verbosity=0 \
      -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="build/fuzz/$name-" "build/fuzz/$name" "build/fuzz/seeds/$name" \
      >"build/log/fuzz-$name.txt" 2>&1; then
      runs=$(awk '/number_of_executed_units/ { print $2 }' "build/log/fuzz-$name.txt")
      echo "1 passed, 0 failed: $name, $runs inputs"
    else
      tail -n 60 "build/log/fuzz-$name.txt"
      echo "0 passed, 1 failed: $name; build/fuzz/$name.exe repeats it with the file named above"
      status=1
    fi
  done
  return $status
}
