// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/pickle.hpp>

#include <doctest/doctest.h>

#include <deque>
#include <list>
#include <unordered_map>
#include <unordered_set>

#include "golden.hpp"

namespace wire_pickle {
namespace {

using leat::pickle;
using test::raw;
using test::round_trip;

template <class T>
std::string loads_error(std::string_view body) {
  try {
    (void)pickle::loads<T>(body);
  } catch (const leat::error& e) {
    return e.what();
  }
  return {};
}

template <class T>
void limits() {
  using l = std::numeric_limits<T>;
  round_trip<pickle>(std::vector<T>{0, 1, l::min(), l::max(), T(l::min() + 1), T(l::max() - 1), T(100)});
}

TEST_CASE("behaviour 22: every type of the table there and back, at its limits") {
  limits<std::int8_t>();
  limits<std::uint8_t>();
  limits<std::int16_t>();
  limits<std::uint16_t>();
  limits<std::int32_t>();
  limits<std::uint32_t>();
  limits<std::int64_t>();
  limits<std::uint64_t>();
  limits<long long>();
  limits<unsigned long long>();
  test::golden_cases([]<class T>(const std::string& name, const std::vector<T>& values) {
    CAPTURE(name);
    round_trip<pickle>(values);
    test::expect(test::same(pickle::loads<std::vector<T>>(pickle::dumps(values)), values), "as one value");
  });
  for (std::int64_t i = 1; i != 0; i = static_cast<std::int64_t>(static_cast<std::uint64_t>(i) << 1))
    round_trip<pickle>(std::vector<std::int64_t>{i, i - (i != INT64_MIN), i + (i != INT64_MAX), i == INT64_MIN ? i : -i});

  round_trip<pickle>(
      std::vector<float>{0.5f, -0.0f, std::numeric_limits<float>::max(), std::numeric_limits<float>::infinity()});
  round_trip<pickle>(std::vector<std::deque<int>>{{1, 2}, {}});
  round_trip<pickle>(std::vector<std::list<std::string>>{{"a"}, {}});
  round_trip<pickle>(std::vector<std::vector<bool>>{{true, false}, {}});
  round_trip<pickle>(std::vector<std::unordered_map<std::string, int>>{{{"a", 1}, {"b", 2}}});
  round_trip<pickle>(std::vector<std::unordered_set<std::string>>{{"a", "b"}});
  round_trip<pickle>(std::vector<std::map<std::pair<int, std::string>, int>>{{{{1, "a"}, 2}}});
  round_trip<pickle>(std::vector<std::optional<std::vector<int>>>{std::nullopt, std::vector<int>{1}});
  round_trip<pickle>(std::vector<std::map<std::optional<std::string>, int>>{{{std::nullopt, 1}, {"a", 2}}});
}

TEST_CASE("behaviour 22: strings of 1 MB, at the length limits, with embedded NUL, of all Unicode") {
  std::string all;
  for (std::uint32_t c = 0; c <= 0x10FFFF; ++c)
    if (c < 0xD800 || c > 0xDFFF) leat::wire::append_utf8(all, c);
  round_trip<pickle>(
      std::vector<std::string>{std::string(1 << 20, 'x'), std::string(255, 'a'), std::string(256, 'b'), raw("\0a\0"), all});
  round_trip<pickle>(std::vector<leat::bytes>{leat::bytes(1 << 20), leat::bytes(255), leat::bytes(256)});
}

TEST_CASE("behaviour 22: text that is not UTF-8 is refused on the way out and in") {
  for (const std::string& bad : {std::string("ab\xff"), std::string("\xed\xa0\x80"), std::string("0123456789\xc3")}) {
    CHECK_THROWS_AS(pickle::dumps(bad), leat::conversion_error);
    CHECK_THROWS_AS(pickle::dumps(std::vector<std::string_view>{bad}), leat::conversion_error);
    std::string body = "\x80\x05]\x8c" + std::string(1, static_cast<char>(bad.size())) + bad + "a.";
    CHECK_THROWS_AS((test::decode<pickle, std::string>(body)), leat::conversion_error);
  }
  try {
    (void)pickle::dumps(std::string("ab\xff"));
  } catch (const leat::error& e) {
    CHECK(e.message() == "expected str in valid UTF-8 (leat::bytes holds other bytes), got std::string b'ab\\xff'");
  }
  CHECK(loads_error<std::string>("\x80\x05\x8c\x03\xed\xb2\x80.") ==
        "leat: expected str without lone surrogates, got str '\\udc80'");
}

TEST_CASE("pickle: text that can only be written") {
  CHECK(pickle::loads<std::string>(pickle::dumps("abc")) == "abc");
  CHECK(pickle::loads<std::string>(pickle::dumps(std::string_view("abc"))) == "abc");
  const char* text = "abc";
  CHECK(pickle::loads<std::string>(pickle::dumps(text)) == "abc");
}

TEST_CASE("pickle: decoding stops where the function says so") {
  std::string body = test::encode<pickle>(std::vector<int>{1, 2, 3, 4});
  std::vector<int> seen;
  std::size_t n = pickle::decode<int>(body, [&seen](int x) {
    seen.push_back(x);
    return x != 2;
  });
  CHECK(n == 2);
  CHECK(seen == std::vector<int>{1, 2});
}

TEST_CASE("pickle: an error comes after the elements before it, each handed over once") {
  const std::string bodies[] = {
      raw("\x80\x05](K\x01K\x02\x8c\x01xK\x03"
          "e."),  // one that does not fit
      raw("\x80\x05](K\x01K\x02"
          "e(K\x03\x8c\x01xe."),  // in a second run
      raw("\x80\x05](K\x01K\x02"
          "e(K\x03K\x04"),  // cut off
      raw("\x80\x05]K\x01"
          "aK\x02"
          "a\x8c\x01xa."),  // one by one
  };
  for (const auto& body : bodies) {
    CAPTURE(body.size());
    std::vector<int> seen;
    auto keep = [&seen](int x) {
      seen.push_back(x);
      return true;
    };
    CHECK_THROWS_AS(pickle::decode<int>(body, keep), leat::error);
    REQUIRE(seen.size() >= 2);
    for (std::size_t i = 0; i != seen.size(); ++i) CHECK(seen[i] == static_cast<int>(i) + 1);
  }
}

TEST_CASE("pickle: parts of an unexpected tuple or list are never taken for elements") {
  // [(1, 2)], [1, (2, 3)], [[1]], [[1, 2]], [{1: 2}] where ints are expected
  const std::pair<const char*, std::string> cases[] = {
      {"record 0: expected int, got tuple (1, 2)", raw("\x80\x05](K\x01K\x02\x86"
                                                       "e.")},
      {"record 1: expected int, got tuple (2, 3)", raw("\x80\x05](K\x01K\x02K\x03\x86"
                                                       "e.")},
      {"record 0: expected int, got list [1]", raw("\x80\x05](]K\x01"
                                                   "ae.")},
      {"record 0: expected int, got list [1, 2]", raw("\x80\x05](](K\x01K\x02"
                                                      "ee.")},
      {"record 0: expected int, got dict {1: 2}", raw("\x80\x05](}K\x01K\x02"
                                                      "se.")},
  };
  for (const auto& [text, body] : cases) CHECK(test::decode_error<pickle, int>(body) == "leat: " + std::string(text));

  // an empty list whose first item is not of the expected type is no empty list
  CHECK(test::decode_error<pickle, std::vector<int>>(raw("\x80\x05](]\x8c\x01xa](K\x01K\x02"
                                                         "ee.")) ==
        "leat: record 0: expected int in element 0 of list[int], got str 'x'");
}

TEST_CASE("pickle: exceptions of the receiving function pass through") {
  std::string body = test::encode<pickle>(std::vector<int>{1, 2});
  CHECK_THROWS_AS(pickle::decode<int>(body, [](int) -> bool { throw 1; }), int);
}

TEST_CASE("pickle: dict keys are written once a batch") {
  using dict = std::map<std::string, int>;
  std::vector<dict> values(1000, dict{{"a rather long key", 1}, {"another long key", 2}});
  CHECK(test::encode<pickle>(values).size() < 1000 * 14);
  round_trip<pickle>(values);

  std::vector<dict> unique(2000);
  for (std::size_t i = 0; i != unique.size(); ++i)
    unique[i] = {{"key " + std::to_string(i), 1}, {"key " + std::to_string(i + 1), 2}};
  round_trip<pickle>(unique);
  std::vector<dict> odd{
      {{"", 1}}, {{std::string(64, 'k'), 1}}, {{std::string(65, 'k'), 1}}, {{"", 2}}, {{std::string(64, 'k'), 2}}};
  round_trip<pickle>(odd);

  leat::wire::buffer out;
  pickle::encoder<dict> encoder;
  for (int batch = 0; batch != 2; ++batch) {
    out.clear();
    out.append("in front");
    encoder.begin(out);
    for (const auto& x : values) encoder.put(out, x);
    encoder.end(out, values.size());
    CHECK(test::decode<pickle, dict>(out.view().substr(8)) == values);
  }
}

}  // namespace
}  // namespace wire_pickle
