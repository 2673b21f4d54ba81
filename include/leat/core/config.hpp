// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_CONFIG_HPP
#define LEAT_CORE_CONFIG_HPP

#define LEAT_VERSION_MAJOR 0
#define LEAT_VERSION_MINOR 1

#if __SIZEOF_POINTER__ < 8
#error \
    "leat: a 64-bit machine is needed, whose pointers have 64 bits; compile for one, without -m32 or -mx32; docs/errors.md#64-bit"
#endif

// Non-template parts live in `impl/*.ipp`. By default they are inline; with LEAT_SEPARATE_COMPILATION defined they are
// compiled once, in the one source file of the program that includes <leat/src.hpp>.
#if defined(LEAT_SEPARATE_COMPILATION)
#define LEAT_DECL
#else
#define LEAT_DECL inline
#endif

// One line in the public part of a struct declares its fields, by which it crosses to Python (docs/types.md): the names of
// data members, such as LEAT_FIELDS(x, y).
#define LEAT_FIELDS(...)                                                  \
  constexpr auto leat_members() { return ::std::tie(__VA_ARGS__); }       \
  constexpr auto leat_members() const { return ::std::tie(__VA_ARGS__); } \
  static constexpr auto leat_names() { return #__VA_ARGS__; }             \
  constexpr void leat_declared_here() const {}

#endif
