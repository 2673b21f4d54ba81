// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_IMPL_SCALARS_IPP
#define LEAT_WIRE_CODEC_IMPL_SCALARS_IPP

#include <leat/core/error.hpp>
#include <leat/wire/codec/scalars.hpp>

namespace leat::wire {

[[noreturn]] LEAT_DECL void refuse_text(std::string_view text) {
  throw conversion_error("str in valid UTF-8 (leat::bytes holds other bytes)", "std::string", repr_of_bytes(text));
}

LEAT_DECL void assign_bytes(bytes& x, std::string_view raw) {
  const auto first = reinterpret_cast<const std::byte*>(raw.data());
  x.assign(first, first + raw.size());
}

}  // namespace leat::wire

#endif
