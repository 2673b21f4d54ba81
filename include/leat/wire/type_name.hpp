// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_TYPE_NAME_HPP
#define LEAT_WIRE_TYPE_NAME_HPP

#include <leat/wire/big_int.hpp>
#include <leat/wire/bytearray.hpp>
#include <leat/wire/chrono.hpp>
#include <leat/wire/codec.hpp>
#include <leat/wire/complex.hpp>
#include <leat/wire/containers.hpp>
#include <leat/wire/dict_items.hpp>
#include <leat/wire/enums.hpp>
#include <leat/wire/scalars.hpp>
#include <leat/wire/structs.hpp>
#include <leat/wire/variants.hpp>

#include <string>
#include <type_traits>

namespace leat::wire {

/// The Python annotation of a C++ type, such as `dict[str, int]`; `object` for opaque elements and unknown types.
template <class T>
std::string type_name() {
  return name_of<std::decay_t<T>>();
}

}  // namespace leat::wire

#endif
