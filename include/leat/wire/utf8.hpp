// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_UTF8_HPP
#define LEAT_WIRE_UTF8_HPP

#include <leat/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace leat::wire {

LEAT_DECL bool valid_utf8_tail(const char* p, const char* end);
/// Appends the code point as UTF-8; surrogates are passed through as three bytes, as Python's pickles hold them.
LEAT_DECL void append_utf8(std::string& out, std::uint32_t code_point);
/// Reads one code point (surrogates too) and moves `p`; 0xFFFFFFFF for a byte that begins none.
LEAT_DECL std::uint32_t next_utf8(const char*& p, const char* end);

/// True for well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
inline bool valid_utf8(std::string_view text) {
  const char* p = text.data();
  const char* end = p + text.size();
  std::uint64_t seen = 0, word;
  if (text.size() >= 8) {
    for (; end - p > 8; p += 8) {
      std::memcpy(&word, p, 8);
      seen |= word;
    }
    std::memcpy(&word, end - 8, 8);
    seen |= word;
  } else {
    for (; p != end; ++p) seen |= static_cast<unsigned char>(*p);
  }
  return (seen & 0x8080808080808080u) == 0 || valid_utf8_tail(text.data(), end);
}

}  // namespace leat::wire

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/impl/utf8.ipp>
#endif

#endif
