// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SRC_HPP
#define LEAT_SRC_HPP

// The non-template parts, for the one source file of a program that is built with LEAT_SEPARATE_COMPILATION.
#if !defined(LEAT_SEPARATE_COMPILATION)
#error "leat: define LEAT_SEPARATE_COMPILATION for the whole program to compile its parts once; without it, leave leat/src.hpp out"
#endif

#endif
