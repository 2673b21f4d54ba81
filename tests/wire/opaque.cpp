// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/opaque.hpp>
#include <leat/wire/pickle.hpp>

#include "golden.hpp"

#include <unordered_set>

using leat::opaque;
using leat::wire::opaque_wire;

TEST_CASE("behaviour 26: opaque elements pass through byte-equal") {
  std::vector<opaque> values{opaque(leat::pickle::dumps(1)), opaque(leat::pickle::dumps("text")),
                             opaque(std::string(70000, '\xff')), opaque(std::string(300, '\0')), opaque()};
  test::round_trip<opaque_wire>(values);
  auto as_bytes = test::decode<leat::pickle, leat::bytes>(test::encode<opaque_wire>(values));
  REQUIRE(as_bytes.size() == values.size());
  CHECK(as_bytes[1] == test::bytes_of(values[1].pickle()));
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
