// SPDX-License-Identifier: BSL-1.0
// Values on the wire, through real workers: 22, 23.
#include <leat/python/python.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/wire/msgpack.hpp>

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "trip.hpp"

namespace behaviours_values {
namespace {

using namespace support;
using strings = std::vector<std::string>;

TEST_CASE_TEMPLATE("behaviour 22: every type of the table goes to Python and back, at its limits", Wire, leat::pickle,
                   leat::msgpack) {
  const trip<Wire> t;
  auto same = [&](auto values) { CHECK(t.back(values) == values); };
  using std::numeric_limits;

  same(std::vector<bool>{true, false});
  same(std::vector<std::int8_t>{-128, 0, 127});
  same(std::vector<std::uint16_t>{0, 65535});
  same(std::vector<int>{numeric_limits<int>::min(), -1, 0, 1, numeric_limits<int>::max()});
  std::vector<std::int64_t> integers{numeric_limits<std::int64_t>::min(), numeric_limits<std::int64_t>::max()};
  std::vector<std::uint64_t> naturals{0, numeric_limits<std::uint64_t>::max(), std::uint64_t{1} << 63};
  for (int bit = 0; bit < 63; ++bit)
    for (const std::int64_t off : {-1, 0, 1}) {
      integers.push_back((std::int64_t{1} << bit) + off);
      integers.push_back(-(std::int64_t{1} << bit) + off);
      naturals.push_back((std::uint64_t{1} << bit) + static_cast<std::uint64_t>(off));
    }
  same(integers);
  same(naturals);
  CHECK(t.seen(numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(t.seen(std::uint64_t{1} << 63) == "9223372036854775808");
  CHECK(t.template made<std::uint64_t>("2**63") == std::uint64_t{1} << 63);
  CHECK(t.template made<std::int64_t>("-2**63") == numeric_limits<std::int64_t>::min());

  const std::vector<double> doubles{0.0,
                                    -0.0,
                                    1.5,
                                    -1e308,
                                    5e-324,
                                    numeric_limits<double>::infinity(),
                                    -numeric_limits<double>::infinity(),
                                    numeric_limits<double>::quiet_NaN()};
  const auto returned = t.back(doubles);
  REQUIRE(returned.size() == doubles.size());
  CHECK(std::memcmp(returned.data(), doubles.data(), sizeof(double) * 7) == 0);
  CHECK(std::isnan(returned[7]));
  CHECK(t.seen(-0.0) == "-0.0");
  CHECK(t.seen(numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(t.template made<double>("7") == 7.0);  // an int where a float is declared
  same(std::vector<float>{1.5f, -0.25f});

  std::string unicode;
  for (std::uint32_t c = 0; c < 0x110000; c += c < 0x3000 ? 1 : 97) {
    if (c >= 0xD800 && c < 0xE000) continue;
    if (c < 0x80) {
      unicode += static_cast<char>(c);
    } else if (c < 0x800) {
      unicode += static_cast<char>(0xC0 | c >> 6);
      unicode += static_cast<char>(0x80 | (c & 63));
    } else if (c < 0x10000) {
      unicode += static_cast<char>(0xE0 | c >> 12);
      unicode += static_cast<char>(0x80 | (c >> 6 & 63));
      unicode += static_cast<char>(0x80 | (c & 63));
    } else {
      unicode += static_cast<char>(0xF0 | c >> 18);
      unicode += static_cast<char>(0x80 | (c >> 12 & 63));
      unicode += static_cast<char>(0x80 | (c >> 6 & 63));
      unicode += static_cast<char>(0x80 | (c & 63));
    }
  }
  same(strings{"", std::string("a\0b", 3), "ä€𝄞", std::string(255, 'x'), std::string(256, 'x'), std::string(65536, 'y'),
               std::string(1'000'000, 'z'), unicode});
  CHECK((strings{unicode} | t.py.template map<std::size_t>("builtins:len") | leat::to_vector()).at(0) > 0x3000);
  CHECK(t.template made<std::string>("'\\0ä\\U0001d11e'") == std::string("\0ä𝄞", 7));

  leat::bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::byte>(i));
  leat::bytes large(1'000'000, std::byte{7});
  same(std::vector<leat::bytes>{{}, all, large});
  CHECK(t.template made<leat::bytes>("bytes(range(256))") == all);

  same(std::vector<std::optional<int>>{1, std::nullopt});
  same(std::vector<std::optional<std::string>>{"", std::nullopt});
  same(std::vector<std::vector<int>>{{}, {1, 2, 3}, std::vector<int>(70'000, 9)});
  same(std::vector<std::vector<std::vector<std::string>>>{{}, {{}, {"a"}}});
  same(std::vector<std::pair<int, std::string>>{{1, "a"}, {2, ""}});
  same(std::vector<std::tuple<bool, double, std::vector<int>, std::optional<std::tuple<int>>>>{{true, 0.5, {1}, std::tuple{3}},
                                                                                               {false, 0, {}, {}}});
  same(std::vector<std::map<std::string, std::vector<int>>>{{}, {{"a", {1}}, {"b", {}}}});
  same(std::vector<std::map<int, std::map<std::string, double>>>{{{1, {{"x", 0.5}}}}});
  same(std::vector<std::set<int>>{{}, {1, 2, 3}});
  CHECK(t.seen(std::tuple(1, std::vector{2}, std::optional<int>{})) == "(1, [2], None)");
  CHECK(t.template made<std::set<int>>("{3, 1}") == std::set<int>{1, 3});
  CHECK(t.template made<std::set<int>>("frozenset([3])") == std::set<int>{3});
}

TEST_CASE_TEMPLATE("behaviour 22: text that is not UTF-8 is an error with its record, both ways", Wire, leat::pickle,
                   leat::msgpack) {
  const trip<Wire> t;
  for (const char* bad : {"\xff", "a\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    const auto e = thrown<leat::conversion_error>([&] { t.back(strings{"fine", bad, "fine"}); });
    CHECK(e.where().record == 1);
    CHECK(e.where().stage == "py.map(\"lambda x: x\")");
    CHECK(contains(e.what(), "UTF-8"));
  }
  const auto e = thrown<leat::conversion_error>([&] {
    std::vector{0, 1, 2} | t.py.template map<std::string>("lambda i: 'ok' if i != 2 else 'a' + chr(0xD800)") |
        leat::to_vector();
  });
  CHECK(e.where().record == 2);
  CHECK(contains(e.what(), "str"));
  CHECK(t.back(strings{"next"}) == strings{"next"});
}

TEST_CASE_TEMPLATE("behaviour 23: results that do not fit the declared type name the Python type, its repr, stage and record",
                   Wire, leat::pickle, leat::msgpack) {
  const trip<Wire> t;
  auto check = [&]<class T>(T, const std::string& value, const std::string& type, const std::string& repr) {
    CAPTURE(value);
    const std::string text = "lambda i: [" + value + " for _ in (1,)][0] if i == 777 else good";
    const auto e = thrown<leat::conversion_error>([&] {
      up_to(2000) | t.py.template map<T>("lambda i: " + value + " if i == 777 else good").bind("good", T{}) | leat::to_vector();
    });
    CHECK(e.where().record == 777);
    CHECK(contains(e.where().stage, "py.map(\"lambda i: "));
    CHECK(contains(e.python_type(), type));
    CHECK(contains(e.repr(), repr));
    CHECK(contains(e.what(), type));
    CHECK(e.repr().size() <= 210);
    CHECK(!e.expected().empty());
  };
  check(int{}, "'text'", "str", "text");
  check(int{}, "None", "None", "");
  check(int{}, "1.5", "float", "1.5");
  check(int{}, "2**31", "int", "2147483648");
  check(std::uint8_t{}, "256", "int", "256");
  check(std::uint64_t{}, "-1", "int", "-1");
  check(std::int64_t{}, "2**63", "int", "9223372036854775808");
  check(std::int64_t{}, "10**30", "int", "1000000000000000000000000000000");
  check(std::int64_t{}, "[1]", "list", "");
  check(bool{}, "1", "int", "1");
  check(double{}, "'1.5'", "str", "1.5");
  check(double{}, "1j", "complex", "1j");
  check(std::string{}, "b'bytes'", "bytes", "");
  check(std::string{}, "object()", "object", "<object object at");
  check(std::string{}, "'x' * 1000 and ['x' * 1000]", "list", "");
  check(std::vector<int>{}, "[1, 'x']", "str", "x");
  check(std::vector<int>{}, "5", "int", "5");
  check(std::tuple<int, int>{}, "(1, 2, 3)", "", "");  // msgpack has no tuples: it says list
  check(std::tuple<int, int>{}, "(1, None)", "None", "");
  check(std::map<std::string, int>{}, "{1: 2}", "int", "1");
  check(std::optional<int>{}, "'x'", "str", "x");
  check(std::set<int>{}, "{'a'}", "str", "a");
  check(int{}, "True", "bool", "True");
}

TEST_CASE("behaviour 23: a value without a plain counterpart, or that cannot be pickled at all, is refused by name") {
  const leat::python py(quiet(1));
  const auto source = leat::source_text(
      "class Odd:\n  def __init__(self, x): self.x = x\n  def __repr__(self): return f'<odd {self.x}>'\ndef make(x): return "
      "Odd(x)\n"
      "class Rude:\n  def __init__(self, x): pass\n  def __repr__(self): raise ValueError('no repr')\n");
  const auto e = thrown<leat::conversion_error>([&] { up_to(5) | py.map<int>("make", source) | leat::to_vector(); });
  CHECK(contains(e.python_type(), "Odd"));
  CHECK(e.repr() == "<odd 0>");
  CHECK(e.where().record == 0);
  CHECK(contains(thrown<leat::conversion_error>([&] { up_to(5) | py.map<int>("Rude", source) | leat::to_vector(); }).repr(),
                 "unprintable"));
  const auto lambda = thrown<leat::conversion_error>([&] { up_to(5) | py.map("lambda x: (lambda: x)") | leat::to_vector(); });
  CHECK(contains(lambda.what(), "function"));
  CHECK(lambda.where().record == 0);
}

}  // namespace
}  // namespace behaviours_values
