# shellcheck shell=bash
# Part of ./dev: demo and tests on bare systems

cmd_matrix() {  # the systems of README's table, each bare, one after the other; the table is what it prints
  local fresh=${LEAT_FRESH:-../shared/fresh} suite log
  [ -x "$fresh" ] || { echo "no $fresh; LEAT_FRESH names a program that runs a command in a clean clone inside a bare Debian \$SUITE" >&2 && exit 2; }
  mkdir -p build/log
  echo "| system | compilers | Boost | msgpack-c | Meson | workers | demo | tests |"
  echo "|---|---|---|---|---|---|---|---|"
  [ $# != 0 ] || set -- bookworm trixie sid
  for suite; do
    log=build/log/matrix-$suite.txt
    SUITE=$suite "$fresh" env LEAT_MATRIX_TESTS="${LEAT_MATRIX_TESTS:-}" ./dev matrix-row "$suite" >"$log" 2>&1 || true
    grep '^| ' "$log" || echo "| $suite | failed, see $log | | | | | | |"
  done
}

cmd_matrix-row() {  # on the bare system: demo, tests (LEAT_MATRIX_TESTS: these sections) and each further Python with newest packages
  local version python workers demo=failed tests sections=()
  read -ra sections <<<"${LEAT_MATRIX_TESTS:-}"
  export LEAT_CLANG=${LEAT_CLANG:-30}  # the newest there is
  ! ./dev demo || demo=passed
  for version in 12 13 14 15; do
    [ -n "$(apt-cache pkgnames "python3.$version-venv")" ] || continue
    need "python3.$version" "python3.$version-venv"
    "/usr/bin/python3.$version" -m venv "build/python3.$version"
    "build/python3.$version/bin/pip" install -q --only-binary :all: msgpack cloudpickle numpy pandas polars pyarrow || true
    python=build/python3.$version/bin/python3
    workers+="${workers:+; }$("$python" -V | cut -d' ' -f2) ($("$python" -m pip list --format freeze | grep -E '^(numpy|pandas|polars|pyarrow)=' |
      sed 's/==/ /' | paste -sd, | sed 's/,/, /g'))"
  done
  mkdir -p build/log
  ./dev test "${sections[@]}" >build/log/all.txt || true
  cat build/log/all.txt
  tests=$(tail -n 1 build/log/all.txt)
  find_clangs
  printf '| %s | %s, %s | %s | %s | %s | %s | %s | %s%s |\n' "$1" "g++ $(g++ -dumpfullversion)" "clang $clang" \
    "$(version_of libboost-dev)" "$(version_of libmsgpack-cxx-dev)" "$(meson --version)" \
    "${workers:-$(/usr/bin/python3 -V | cut -d' ' -f2)}" "$demo" "$tests" "${LEAT_MATRIX_TESTS:+: $LEAT_MATRIX_TESTS}"
}

version_of() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null | sed 's/[-+].*//'; }
