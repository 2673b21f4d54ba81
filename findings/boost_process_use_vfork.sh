#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Boost.Process v1's posix::use_vfork compiles and does not link: the function that it chooses is left out of the header.
#
# Expected: boost::process::posix::use_vfork, documented as "use vfork instead of fork", makes child() start its program
#   by vfork wherever the C library has that, as glibc has.
# Seen: a program with it compiles, and its linker misses executor<...>::invoke(mpl_::bool_<false>, mpl_::bool_<true>).
#   The definition stands under #if BOOST_POSIX_HAS_VFORK, which the header sets by glibc's rule of up to 2.18: that
#   _BSD_SOURCE or an old _XOPEN_SOURCE is defined. Later glibc dropped _BSD_SOURCE for _DEFAULT_SOURCE. With
#   BOOST_POSIX_HAS_VFORK=1 on the command line the same program links and runs.
# Versions: Boost 1.74.0 and 1.81.0 of Debian 12, g++ 12.2, glibc 2.36.
# Why it matters: a program that holds gigabytes waits for each fork while page tables are copied; the documented way out
#   ends in a linker's error that names neither vfork nor the macro.
set -euo pipefail

dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root libboost1.74-dev=1.74.0+ds1-21 libboost1.81-dev=1.81.0-5+deb12u1
for package in *.deb; do dpkg-deb -x "$package" "${package%%_*}"; done

cat >show.cpp <<'E2'
#include <boost/process/child.hpp>
#include <boost/process/posix.hpp>
#include <boost/version.hpp>
#include <iostream>
int main() {
  boost::process::child c("/bin/true", boost::process::posix::use_vfork);
  c.wait();
  std::cout << BOOST_LIB_VERSION << " ended with " << c.exit_code() << "\n";
}
E2

for boost in libboost1.74-dev libboost1.81-dev; do
  g++ -std=c++17 -isystem "$dir/$boost/usr/include" -c show.cpp -o show.o  # it compiles
  if g++ show.o -o show -pthread 2>errors.txt; then
    echo "changed: $boost links with use_vfork"
    exit 1
  fi
  grep -q 'undefined reference to .*executor<.*::invoke(mpl_::bool_<false>, mpl_::bool_<true>)' errors.txt
  echo "$boost: use_vfork does not link"
  g++ -std=c++17 -DBOOST_POSIX_HAS_VFORK=1 -isystem "$dir/$boost/usr/include" show.cpp -o show -pthread
  ./show
done
