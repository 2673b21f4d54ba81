// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/opaque.hpp>
#include <leat/wire/pickle.hpp>

#include <unordered_set>

#include "golden.hpp"

namespace wire_opaque {
namespace {

using leat::opaque;
using leat::wire::opaque_wire;

TEST_CASE("behaviour 26: opaque elements arrive byte-equal, and leave as one pickle") {
  std::vector<std::string> pickles{leat::pickle::dumps(1), leat::pickle::dumps("text"), std::string(70000, '\xff'),
                                   std::string(300, '\0'), ""};
  std::vector<leat::bytes> results;
  std::vector<opaque> values;
  for (const auto& p : pickles) {
    results.push_back(test::bytes_of(p));
    values.emplace_back(p);
  }
  CHECK(test::decode<opaque_wire, opaque>(test::encode<leat::pickle>(results)) == values);

  values = {opaque(leat::pickle::dumps("a")), opaque("Vb\n."), opaque("\x80\x02X\x02" + test::raw("\0\0\0cdq\x01."))};
  std::string body = test::encode<opaque_wire>(values);
  CHECK(test::decode<leat::pickle, std::string>(body) == std::vector<std::string>{"a", "b", "cd"});
  values = {opaque("P1\n.")};  // a persistent id, which only an unpickler of its own can look up
  body = test::encode<opaque_wire>(values);
  CHECK(body == "\x80\x05](c_pickle\nloads\nq\x80\x8e" + test::raw("\x04\0\0\0\0\0\0\0P1\n.\x85Re."));
}

TEST_CASE("opaque: what is no pickle is refused before it is sent") {
  leat::wire::buffer out;
  opaque_wire::encoder<opaque> encoder;
  encoder.begin(out);
  try {
    encoder.put(out, opaque("\xff."));
    FAIL("no error");
  } catch (const leat::conversion_error& e) {
    CHECK(std::string(e.what()) ==
          "leat: expected the pickle of an object, got leat::opaque b'\\xff.' (this is no pickle that can be merged: "
          "unknown opcode at byte 0 of 2)");
  }
  CHECK_THROWS_AS(encoder.put(out, opaque()), leat::conversion_error);
}

TEST_CASE("opaque: equality and hash go by the pickle") {
  opaque a(leat::pickle::dumps(1)), b(leat::pickle::dumps(2));
  CHECK(a == opaque(leat::pickle::dumps(1)));
  CHECK(a != b);
  std::unordered_set<opaque> set{a, b, a};
  CHECK(set.size() == 2);
}

TEST_CASE("opaque: what is no list of bytes is refused by name") {
  std::string body = test::encode<leat::pickle>(std::vector<std::string>{"abc"});
  CHECK(test::decode_error<opaque_wire, opaque>(body) ==
        "leat: record 0: expected bytes (the pickle of an element), got str 'abc'");
}

}  // namespace
}  // namespace wire_opaque
