// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_IMPL_UTF8_IPP
#define LEAT_WIRE_IMPL_UTF8_IPP

#include <leat/wire/utf8.hpp>

namespace leat::wire {

LEAT_DECL std::uint32_t next_utf8(const char*& p, const char* end) {
  constexpr std::uint32_t bad = 0xFFFFFFFF;
  auto first = static_cast<unsigned char>(*p++);
  if (first < 0x80) return first;
  if (first < 0xC2 || first > 0xF4) return bad;
  int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  if (end - p < more) return bad;
  std::uint32_t c = first & (0x3Fu >> more);
  for (int i = 0; i != more; ++i) {
    auto byte = static_cast<unsigned char>(p[i]);
    if ((byte & 0xC0) != 0x80) return bad;
    c = c << 6 | (byte & 0x3Fu);
  }
  bool overlong = (more == 2 && c < 0x800) || (more == 3 && c < 0x10000);
  if (overlong || c > 0x10FFFF) return bad;
  p += more;
  return c;
}

LEAT_DECL bool valid_utf8_tail(const char* text, const char* end) {
  auto p = reinterpret_cast<const unsigned char*>(text), stop = reinterpret_cast<const unsigned char*>(end);
  auto more = [](unsigned char c) { return (c & 0xC0) == 0x80; };
  while (p != stop) {
    const unsigned first = *p;
    const auto left = stop - p;
    if (first < 0x80) {
      std::uint64_t word;
      if (left >= 8 && (std::memcpy(&word, p, 8), (word & 0x8080808080808080u) == 0)) {
        p += 8;
      } else {
        ++p;
      }
    } else if (first < 0xE0) {
      if (first < 0xC2 || left < 2 || !more(p[1])) return false;
      p += 2;
    } else if (first < 0xF0) {
      if (left < 3 || !more(p[1]) || !more(p[2])) return false;
      if ((first == 0xE0 && p[1] < 0xA0) || (first == 0xED && p[1] >= 0xA0)) return false;  // overlong, a surrogate
      p += 3;
    } else {
      if (first > 0xF4 || left < 4 || !more(p[1]) || !more(p[2]) || !more(p[3])) return false;
      if ((first == 0xF0 && p[1] < 0x90) || (first == 0xF4 && p[1] >= 0x90)) return false;  // overlong, beyond U+10FFFF
      p += 4;
    }
  }
  return true;
}

LEAT_DECL void append_utf8(std::string& out, std::uint32_t c) {
  auto byte = [&out](std::uint32_t b) { out += static_cast<char>(static_cast<unsigned char>(b)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

}  // namespace leat::wire

#endif
