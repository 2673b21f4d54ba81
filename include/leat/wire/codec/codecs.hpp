// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_CODECS_HPP
#define LEAT_WIRE_CODEC_CODECS_HPP

#include <leat/wire/codec.hpp>
#include <leat/wire/codec/big_int.hpp>
#include <leat/wire/codec/bytearray.hpp>
#include <leat/wire/codec/chrono.hpp>
#include <leat/wire/codec/complex.hpp>
#include <leat/wire/codec/containers.hpp>
#include <leat/wire/codec/dict_items.hpp>
#include <leat/wire/codec/enums.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/codec/structs.hpp>
#include <leat/wire/codec/variants.hpp>

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
