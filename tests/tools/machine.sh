# shellcheck shell=bash
# Part of ./dev: what the machine needs, and how it is installed

has() {  # has PACKAGE: is it, or the program that it is wanted for, there?
  case $1 in
    g++ | meson | ccache | cmake | pkg-config) command -v "$1" >/dev/null ;;
    ninja-build) command -v ninja >/dev/null ;;
    clang-format-*) command -v "$1" >/dev/null ;;
    clang-*) command -v "clang++-${1#clang-}" >/dev/null ;;
    python3) [ -x /usr/bin/python3 ] ;;
    *) [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
  esac
}

forbidden() {  # forbidden WHAT HOW: where installing is forbidden, notes what is missing; settle ends then
  [ -n "${LEAT_DEV_NO_INSTALL:-}" ] || return 1
  refused+="missing: $1"$'\n'"to install: $2"$'\n'
}

settle() { [ -z "${refused:-}" ] || { printf '%s' "$refused" >&2 && exit 1; }; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
apt_update() { [ -n "${updated:-}" ] || { updated=1 && as_root apt-get update -qq; }; }

need() {  # need PACKAGE...: installs those that are missing
  local missing=() p
  for p; do has "$p" || missing+=("$p"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  ! forbidden "${missing[*]}" "apt-get install --no-install-recommends ${missing[*]}" || return 0
  echo "installing with apt: ${missing[*]}"
  apt_update
  as_root env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

venv() {  # venv PACKAGE...: build/venv with these Python packages
  local missing=() p
  for p; do [ -n "$(compgen -G "build/venv/lib/python3*/site-packages/${p//-/_}-*.dist-info")" ] || missing+=("$p"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  ! forbidden "in build/venv: ${missing[*]}" "python3 -m venv build/venv && build/venv/bin/pip install ${missing[*]}" || return 0
  echo "installing into build/venv: ${missing[*]}"
  [ -x build/venv/bin/pip ] || /usr/bin/python3 -m venv build/venv
  build/venv/bin/pip install -q --disable-pip-version-check "${missing[@]}"
}

find_clangs() {  # clang=19 ($LEAT_CLANG) or the newest that this system has or offers; old_clang=14 or empty
  { has clang-19 && has clang-14; } || [ -n "${LEAT_DEV_NO_INSTALL:-}" ] || apt_update
  local there
  there=" $({ apt-cache pkgnames clang- && compgen -c clang++- | tr -d +; } 2>/dev/null | tr "\n" " " || true)"
  [ "$there" != " " ] || there=" clang-14 clang-19 "  # no package lists: as on Debian 12
  for clang in "${LEAT_CLANG:-19}" {30..16}; do [[ $there != *" clang-$clang "* ]] || break; done
  [[ $there != *" clang-14 "* ]] || old_clang=14
}

boost_181() {  # Boost 1.81's headers in build/boost-1.81: Debian 12 has them beside 1.74, but not both installed
  [ ! -e build/boost-1.81/done ] || return 0
  ! forbidden "in build/boost-1.81: libboost1.81-dev" "run ./dev test boost181 without LEAT_DEV_NO_INSTALL" || return 0
  echo "unpacking the headers of Boost 1.81 into build/boost-1.81"
  apt_update
  mkdir -p build/boost-1.81
  (cd build/boost-1.81 && apt-get download -qq -o APT::Sandbox::User=root libboost1.81-dev)
  dpkg-deb -x build/boost-1.81/libboost1.81-dev_*.deb build/boost-1.81 && touch build/boost-1.81/done
}

boost_is_before() { awk -v than="$1" '/define BOOST_VERSION/ { n = $3 } END { exit n >= than }' /usr/include/boost/version.hpp 2>/dev/null; }
