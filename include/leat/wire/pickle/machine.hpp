// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_MACHINE_HPP
#define LEAT_WIRE_PICKLE_MACHINE_HPP

#include <leat/core/config.hpp>
#include <leat/wire/value.hpp>

#include <cstddef>
#include <string_view>

namespace leat::wire {

/// Entries that a pickle's memo may have.
inline constexpr std::size_t max_memo = std::size_t{1} << 26;

/// Reads a pickle of protocol 0 to 5 as data: nothing is imported, called or built; what is not plain data becomes an
/// `object` with a name. Throws `protocol_error` for what is no pickle.
LEAT_DECL const value& unpickle(std::string_view body, value_tree& tree);

}  // namespace leat::wire

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/pickle/impl/machine.ipp>
#endif

#endif
