# shellcheck shell=bash
# Part of ./dev: the sections of the tests, a function each

all() { [ -n "${LEAT_TEST_ALL:-}" ]; }
sanitized=(-Ddebug=false -Doptimization=0 -Db_lundef=false)  # -O1 takes thrice as long to compile, line numbers in traces a sixth more
export ASAN_OPTIONS=exitcode=99 LSAN_OPTIONS=exitcode=99 TSAN_OPTIONS=exitcode=99
export UBSAN_OPTIONS=exitcode=99:halt_on_error=1:print_stacktrace=1

test_layering() { /usr/bin/python3 tests/layering.py && /usr/bin/python3 tests/documented.py; }
test_reject() { nice -n 5 timeout -k 10 1200 /usr/bin/python3 tests/reject/run.py g++ "clang++-$clang"; }
test_consume() { nice -n 5 timeout -k 10 1200 /usr/bin/python3 tests/consume/run.py build/consume; }
test_examples() {  # what they print, and the census against a count in pure Python
  build examples g++ -Ddebug=false -Doptimization=0 -Dexamples=true
  local status=0
  if [ -z "${LEAT_DEV_NO_INSTALL:-}" ]; then
    venv onnx onnxruntime || echo "note: ONNX Runtime is not there for this Python, so examples/embed is skipped"
  fi
  timeout -k 10 1200 /usr/bin/python3 tests/snippets.py build/examples/examples || status=1
  "$LEAT_PYTHON" tests/census.py build/examples/examples/census || status=1
  "$LEAT_PYTHON" tests/score_service.py build/examples/examples/score_service || [ $? = 77 ] || status=1
  "$LEAT_PYTHON" tests/embed.py build/examples/examples/embed || [ $? = 77 ] || status=1
  return $status
}

test_headers() {  # clang 14 sees what a library of its age cannot do
  [ -n "${old_clang:-}" ] || echo "note: this system offers no clang 14; the headers are compiled alone with clang $clang"
  nice -n 5 timeout -k 10 1200 /usr/bin/python3 tests/headers.py "clang++-${old_clang:-$clang}"
}

test_gcc() {  # with `char` as ARM has it; clang's build has it as x86
  build gcc g++ -Ddebug=false -Dtests=interop,wire,python,run,behaviours \
    "-Dcpp_args=-D_GLIBCXX_ASSERTIONS -funsigned-char"
  run_tests gcc
}

test_optimized() {  # the fused loops, as users build them; off are the warnings that g++ 12 gives about its own strings and views
  build optimized g++ -Ddebug=false -Doptimization=2 -Dtests=native \
    "-Dcpp_args=-funsigned-char -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict"
  run_tests optimized
}

test_clang() {  # clang's build of the tests is also the one under ASan and UBSan
  build clang "clang++-$clang" "${sanitized[@]}" "-Dtests=native,$(all && echo interop,)wire,python,run,behaviours" \
    -Db_sanitize=address,undefined "-Dcpp_args=-D_GLIBCXX_ASSERTIONS -fno-sanitize-recover=all"
  run_tests clang
}

test_tsan() {  # where several threads take part; its suppressions (tests/main.cpp) go by names, which the symbolizer gives
  export TSAN_OPTIONS=exitcode=99:external_symbolizer_path=/usr/bin/llvm-symbolizer-$clang
  build tsan "clang++-$clang" "${sanitized[@]}" "-Dtests=threads$(! all || echo ,threads_long)" -Db_sanitize=thread
  run_tests tsan
}

test_boost181() {  # Boost.Process v2, which is not the default: 1.81's where this system's Boost has none
  local and=(-Dcpp_args=-DLEAT_BOOST_PROCESS_V2)
  if boost_is_before 108100; then
    and=("-Dcpp_args=-DLEAT_BOOST_PROCESS_V2 -isystem $PWD/build/boost-1.81/usr/include")
  elif ! boost_is_before 108600; then
    and+=(-Dcpp_link_args=-lboost_process)
  fi
  build boost181 g++ -Ddebug=false -Dtests=processes "${and[@]}"
  run_tests boost181
}

test_standards() {  # what most programs include, and the native tests, as later versions of C++; not among the sections of a full run
  local standard compiler status=0
  for standard in c++23 c++26; do
    for compiler in g++ "clang++-$clang"; do
      "$compiler" "-std=$standard" -fsyntax-only -x c++ /dev/null 2>/dev/null || { echo "note: $compiler knows no $standard" && continue; }
      echo "--- $compiler $standard"
      timeout -k 10 1200 /usr/bin/python3 tests/headers.py "$compiler" "$standard" leat/{native,leat,wire/msgpack,wire/tensor,stage/views}.hpp || status=1
      [ "$compiler" = g++ ] || continue
      build "$standard" g++ -Ddebug=false -Doptimization=0 -Dtests=native,interop -Dcpp_std=none "-Dcpp_args=-std=$standard -D_GLIBCXX_ASSERTIONS"
      run_tests "$standard" || status=1
    done
  done
  return $status
}

test_fuzz() { fuzz 30; }

test_worker() {  # the workers' package: its types, and its own tests with the daemon on each Python that is there
  local status=0 python
  compiled
  build/venv/bin/mypy --strict --cache-dir build/mypy include/leat/python/leat || status=1
  for python in "$LEAT_PYTHON" $(other_pythons); do
    echo "--- $python"
    LEAT_TEST_PYTHON=$python timeout -k 10 300 "$LEAT_PYTHON" -B -m unittest discover -s tests/worker || status=1
  done
  return $status
}

other_pythons() {  # one of each further version of CPython, from 3.9 on
  local version python
  for version in 9 10 11 12 13 14 15; do
    for python in "$PWD/build/python3.$version/bin/python3" "/usr/bin/python3.$version" \
      "$(command -v "python3.$version" || true)" ~/.pyenv/versions/3."$version".*/bin/python3; do
      if [ -x "$python" ] && "$python" -c "import sys; sys.exit(sys.version_info[:2] != (3, $version))" 2>/dev/null; then
        echo "$python" && break
      fi
    done
  done
}
