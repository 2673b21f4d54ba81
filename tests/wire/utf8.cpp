// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/utf8.hpp>

#include "support.hpp"

namespace wire_utf8 {
namespace {

using leat::wire::valid_utf8;
using test::raw;

TEST_CASE("utf8: every code point is valid but the surrogates") {
  bool all = true;
  for (std::uint32_t c = 0; c <= 0x10FFFF; ++c) {
    std::string text;
    leat::wire::append_utf8(text, c);
    bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    all = all && valid_utf8(text) != surrogate && valid_utf8("0123456789" + text + "0123456789") != surrogate;
    const char* p = text.data();
    all = all && leat::wire::next_utf8(p, text.data() + text.size()) == c && p == text.data() + text.size();
  }
  CHECK(all);
}

TEST_CASE("utf8: malformed bytes") {
  const std::string bad[] = {
      "\x80",
      "\xbf",
      "\xc0\x80",
      "\xc1\xbf",
      "\xc2",
      "\xc2\x41",
      "\xe0\x80\x80",
      "\xe0\x9f\xbf",
      "\xe2\x82",
      "\xed\xa0\x80",
      "\xed\xbf\xbf",
      "\xf0\x80\x80\x80",
      "\xf0\x8f\xbf\xbf",
      "\xf4\x90\x80\x80",
      "\xf5\x80\x80\x80",
      "\xf8\x88\x80\x80",
      "\xff",
      "\xfe",
      "\xf0\x9f\x98",
      raw("\xe2\0\x82"),
  };
  for (const auto& text : bad) {
    CHECK(!valid_utf8(text));
    CHECK(!valid_utf8("abcdefgh" + text));
    CHECK(!valid_utf8(text + "abcdefghi"));
    CHECK(!valid_utf8("abcdefgh" + text + "abcdefgh"));
  }
  CHECK(valid_utf8(""));
  CHECK(valid_utf8(raw("\0\0")));
}

}  // namespace
}  // namespace wire_utf8
