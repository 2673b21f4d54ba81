# shellcheck shell=bash
# Part of ./dev: how Meson builds the tree

base=(g++ meson ninja-build pkg-config ccache libboost-dev librange-v3-dev libmsgpack-cxx-dev python3)

export CCACHE_DIR=$PWD/build/ccache CCACHE_BASEDIR=$PWD CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_NOHASHDIR=1

build() {  # build NAME COMPILER MESON_OPTION... [-- TARGET...]: builds in build/NAME, set up again where options or files changed
  local dir=build/$1 CXX="ccache $2" options=() setup
  [ "$2" != g++ ] || CXX+=" --param ggc-min-expand=300 --param ggc-min-heapsize=1000000"  # collecting garbage takes a tenth of the time
  shift 2
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1") && shift; done
  options+=("-Dwerror=${werror:-false}" -Dcompiled=false -Db_colorout=auto)
  setup=$(printf '%s\n' "$CXX" "${options[@]}" && find tests examples bench -name '*.cpp' | sort)
  if [ "$setup" != "$(cat "$dir/setup.txt" 2>/dev/null)" ]; then
    mkdir -p "$dir"
    CXX=$CXX meson setup "$dir" "${options[@]}" $([ ! -f "$dir/build.ninja" ] || echo --reconfigure) >"$dir/setup.log" 2>&1 ||
      { rm -rf "$dir" && mkdir "$dir" && CXX=$CXX meson setup "$dir" "${options[@]}" >"$dir/setup.log" 2>&1; } ||  # of an older state
      { cat "$dir/setup.log" && return 1; }
    echo "$setup" >"$dir/setup.txt"
  fi
  nice -n 5 ninja -C "$dir" -j "$(nproc)" "${@:2}"  # tests that wait for something run meanwhile
}

quietly() {  # quietly build...: its output only where it fails
  echo "building" >&2
  local output && output=$("$@" 2>&1) || { printf '%s\n' "$output" >&2 && exit 1; }
}

build_examples() { build demo g++ -Dbuildtype=release -Dexamples=true "$@"; }
