// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/columns.hpp>

#include <array>
#include <limits>
#include <map>

#include "support.hpp"

namespace wire_columns {
namespace {

using leat::columns;
using test::raw;

struct reading {
  std::int32_t sensor = 0;
  double value = 0;
  std::string unit;
  bool good = false;
  LEAT_FIELDS(sensor, value, unit, good)
  bool operator==(const reading&) const = default;
};
struct point {
  float x = 0, y = 0;
  using leat_as = leat::as_tuple;
  LEAT_FIELDS(x, y)
  bool operator==(const point&) const = default;
};
struct spot {
  point at;
  std::int64_t weight = 0;
  using leat_as = leat::as_instance<"shapes:Spot">;
  LEAT_FIELDS(at, weight)
  bool operator==(const spot&) const = default;
};

template <class T>
void limits() {
  using l = std::numeric_limits<T>;
  test::round_trip<columns>(std::vector<T>{l::lowest(), l::min(), T{0}, T{1}, l::max()});
}

/// Body of one int64 column, with one value, as the text of the specification says.
std::string small() {
  std::string body = raw("col1\1\0\0\0\1\0\0\0\0\0\0\0q\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0\x08\0\0\0\0\0\0\0");
  body.resize(64, '\0');
  return body + raw("\x07\0\0\0\0\0\0\0");
}
std::string changed(std::string body, std::size_t at, char to) {
  body.at(at) = to;
  return body;
}

TEST_CASE("columns: all types, at their limits and nested") {
  test::round_trip<columns>(std::vector<bool>{true, false, true});
  limits<std::int8_t>();
  limits<std::uint8_t>();
  limits<std::int16_t>();
  limits<std::uint16_t>();
  limits<std::int32_t>();
  limits<std::uint32_t>();
  limits<std::int64_t>();
  limits<std::uint64_t>();
  limits<long long>();
  limits<float>();
  limits<double>();
  test::round_trip<columns>(std::vector<double>{-0.0, 1e308, std::nan(""), std::numeric_limits<double>::infinity()});
  test::round_trip<columns>(std::vector<std::string>{"", "a", raw("a\0b"), "\xc3\xa4", std::string(100'000, 'x'), ""});
  test::round_trip<columns>(std::vector<std::pair<std::string, bool>>{{"a", true}, {"", false}});
  test::round_trip<columns>(std::vector<std::array<std::uint16_t, 3>>{{1, 2, 3}, {4, 5, 65535}});
  using nested = std::tuple<std::pair<std::int8_t, std::string>, std::tuple<double>, std::array<std::string, 2>>;
  test::round_trip<columns>(std::vector<nested>{{{-1, "a"}, {0.5}, {"b", "c"}}, {{2, ""}, {1}, {"", "dd"}}});
  test::round_trip<columns>(std::vector<std::optional<double>>{1.5, std::nullopt, -0.0});
  test::round_trip<columns>(std::vector<std::optional<std::string>>{"a", std::nullopt, ""});
  test::round_trip<columns>(std::vector<std::optional<bool>>{true, std::nullopt, false});
  using halves = std::array<std::optional<float>, 2>;
  using partly = std::tuple<std::optional<std::int8_t>, std::string, halves>;
  test::round_trip<columns>(std::vector<partly>{{std::nullopt, "a", halves{0.5f, std::nullopt}}, {-1, "", halves{}}});
  test::round_trip<columns>(std::vector<reading>{{1, 0.5, "mm", true}, {-2, 1, "", false}});
  test::round_trip<columns>(std::vector<spot>{{{1, 2}, 3}, {{-1, 0.5}, -7}});
}

TEST_CASE("columns: batches of every size, more than a full one too") {
  const auto count = columns::encoder<std::int32_t>::rows;
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{15}, count - 1, count, count + 1, 5 * count + 3}) {
    CAPTURE(n);
    std::vector<std::int32_t> numbers(n);
    std::vector<std::tuple<bool, std::int32_t, std::string>> rows(n);
    for (std::size_t i = 0; i != n; ++i) {
      numbers[i] = static_cast<std::int32_t>(i);
      rows[i] = {i % 3 == 0, numbers[i], std::string(i % 5, 'x')};
    }
    const std::string body = test::encode<columns>(numbers);
    CHECK(test::decode<columns, std::int32_t>(body) == numbers);
    CHECK(body.size() == 64 + 4 * n);
    test::round_trip<columns>(rows);

    leat::wire::buffer out;
    columns::encoder<std::int32_t> encoder;
    encoder.begin(out);
    for (std::size_t at = 0; at < n;) {  // the same in blocks, single ones between them
      const std::size_t some = std::min<std::size_t>(n - at, 1 + at);
      encoder.put(out, numbers.data() + at, some);
      at += some;
      CHECK(leat::wire::batch_size(encoder, out) == 4 * at);
      if (at < n) encoder.put(out, numbers[at++]);
    }
    encoder.end(out, n);
    CHECK(out.view() == body);
  }
}

TEST_CASE("columns: one encoder writes many batches, into any buffer") {
  columns::encoder<std::string> encoder;
  leat::wire::buffer out;
  char memory[1024];
  leat::wire::buffer given(std::make_shared<int>(), memory, sizeof memory);  // which is soon too small
  for (const std::size_t n : {3u, 1u, 5u}) {
    const std::vector<std::string> texts(n, "text");
    for (auto* b : {&out, &given}) {
      encoder.begin(*b);
      for (auto const& t : texts) encoder.put(*b, t);
      encoder.end(*b, n);
      CHECK(test::decode<columns, std::string>(b->view()) == texts);
    }
  }
  CHECK(given.owner() == nullptr);
}

TEST_CASE("columns: the layout is the one that docs/inside/wire.md gives; each buffer begins at a multiple of 64") {
  CHECK(test::encode<columns>(std::vector<std::int64_t>{7}) == small());
  const std::string body = test::encode<columns>(std::vector<std::tuple<bool, std::string, double>>{{true, "ab", 1.5}});
  std::vector<std::pair<char, std::uint64_t>> lengths;
  for (std::size_t i = 0; i != 4; ++i) {
    const char* entry = body.data() + 16 + 24 * i;
    CHECK(leat::wire::get_little<std::uint64_t>(entry + 8) % 64 == 0);
    lengths.emplace_back(entry[0], leat::wire::get_little<std::uint64_t>(entry + 16));
  }
  CHECK(lengths == std::vector<std::pair<char, std::uint64_t>>{{'?', 1}, {'s', 16}, {'t', 2}, {'d', 8}});
  CHECK(test::decode<columns, std::pair<std::int64_t, bool>>(test::encode<columns>(std::vector<std::optional<std::int64_t>>{
            7, std::nullopt})) == std::vector<std::pair<std::int64_t, bool>>{{7, true}, {0, false}});
}

TEST_CASE("columns: types as sessions name them") {
  CHECK(columns::type_name<bool>() == "bool");
  CHECK(columns::type_name<unsigned short>() == "uint16");
  CHECK(columns::type_name<std::pair<std::optional<int>, std::optional<std::string>>>() == "tuple[int32 | None, str | None]");
  CHECK(columns::type_name<std::tuple<float, std::pair<long, std::string>>>() == "tuple[float32, tuple[int64, str]]");
  CHECK(columns::type_name<reading>() == "{'sensor': int32, 'value': float64, 'unit': str, 'good': bool}");
  CHECK(columns::type_name<spot>() == "instance['shapes:Spot', {'at': tuple[{'x': float32, 'y': float32}], 'weight': int64}]");
}

TEST_CASE("columns: what does not fall into columns is no element") {
  CHECK(columns::encodable<int>);
  CHECK(columns::encodable<const std::string&>);
  CHECK(!columns::encodable<char>);
  CHECK(!columns::encodable<long double>);
  CHECK(!columns::encodable<std::vector<std::string>>);
  CHECK(columns::encodable<std::pair<std::optional<int>, std::string>>);
  CHECK(!columns::encodable<std::optional<std::pair<int, int>>>);
  CHECK(!columns::encodable<std::optional<std::optional<int>>>);
  CHECK(!columns::encodable<std::tuple<>>);
  CHECK(!columns::encodable<std::pair<int, std::vector<std::string>>>);
  CHECK(!columns::decodable<std::string_view>);
  CHECK(!columns::decodable<leat::bytes>);
}

TEST_CASE("columns: decoding stops where the function says so") {
  const std::string body = test::encode<columns>(std::vector<int>{1, 2, 3});
  std::vector<int> seen;
  CHECK(columns::decode<int>(body, [&](int x) { return seen.push_back(x), seen.size() < 2; }) == 2);
  CHECK(seen == std::vector<int>{1, 2});
}

TEST_CASE("columns: text that is not UTF-8 is refused both ways, and leaves no trace in the batch") {
  leat::wire::buffer out;
  columns::encoder<std::pair<std::string, std::string>> encoder;
  encoder.begin(out);
  encoder.put(out, {"a", "b"});
  CHECK_THROWS_AS(encoder.put(out, {"c", "\xff"}), leat::conversion_error);
  encoder.put(out, {"d", "e"});
  encoder.end(out, 2);
  const std::vector<std::pair<std::string, std::string>> expected{{"a", "b"}, {"d", "e"}};
  CHECK(test::decode<columns, std::pair<std::string, std::string>>(out.view()) == expected);

  std::string body = test::encode<columns>(std::vector<std::string>{"fine", "bad"});
  body.back() = '\xff';
  try {
    test::decode<columns, std::string>(body);
    FAIL("no error");
  } catch (const leat::conversion_error& e) {
    CHECK(e.where().record == 1);
    CHECK(e.expected() == "str in valid UTF-8");
  }
}

TEST_CASE("behaviour 25: broken batches of columns") {
  const std::string good = small();
  const auto complaint = [](const std::string& body) { return test::decode_error<columns, std::int64_t>(body); };
  CHECK(complaint(good) == "");
  for (std::size_t n = 0; n != good.size(); ++n) {
    CAPTURE(n);
    CHECK(test::decode_error<columns, std::int64_t>(good.substr(0, n)).find("this is no batch of columns") !=
          std::string::npos);
  }
  const std::pair<std::string, const char*> cases[] = {
      {changed(good, 0, 'X'), "it begins with other bytes than 'col1'"},
      {changed(good, 4, '\0'), "it has 0 buffers, too few for 1 columns"},
      {changed(good, 4, '\2'), "it has 2 buffers, too many for 1 columns"},
      {changed(good, 7, '\xff'), "its head is cut off"},
      {changed(good, 8, '\2'), "buffer 0 has 8 bytes for 2 rows"},
      {changed(good, 15, '\x20'), "buffer 0 has 8 bytes for 2305843009213693953 rows"},  // times 8, it is 8
      {changed(good, 16, 'd'), "buffer 0 is of type 100, where 'q' (113) is expected"},
      {changed(good, 17, '\1'), "buffer 0 is of type 369, where 'q' (113) is expected"},
      {changed(good, 24, '\x41'), "buffer 0 lies outside of it"},
      {changed(good, 31, '\xff'), "buffer 0 lies outside of it"},
      {changed(good, 32, '\x09'), "buffer 0 lies outside of it"},
      {changed(good, 32, '\x07'), "buffer 0 has 7 bytes for 1 rows"},
      {changed(good, 39, '\x80'), "buffer 0 lies outside of it"},
  };
  for (auto const& c : cases) CHECK(complaint(c.first) == std::string("leat: this is no batch of columns: ") + c.second);

  const std::string texts = test::encode<columns>(std::vector<std::string>{"ab", "cd"});
  const auto text_complaint = [](const std::string& body) { return test::decode_error<columns, std::string>(body); };
  CHECK(text_complaint(texts) == "");
  CHECK(text_complaint(changed(texts, 64 + 8, '\5')).find("text 0 lies outside of its buffer") != std::string::npos);
  CHECK(text_complaint(changed(texts, 64 + 15, '\x7f')).find("text 0 lies outside") != std::string::npos);
  CHECK(text_complaint(changed(texts, 64 + 8, '\0')) == "");  // "" and "abcd"
  CHECK(text_complaint(changed(texts, 64 + 16, '\1')).find("text 1 lies outside") != std::string::npos);
  std::string none = changed(texts, 8, '\0');  // no rows: no place at all is too little
  CHECK(text_complaint(none).find("24 bytes for 0 rows") != std::string::npos);
  for (std::size_t i = 8; i != 16; ++i) none[i] = '\xff';
  CHECK(text_complaint(none).find("24 bytes for 18446744073709551615 rows") != std::string::npos);

  const std::string truth = test::encode<columns>(std::vector<bool>{true});
  CHECK(test::decode_error<columns, bool>(changed(truth, 64, '\2')) == "leat: this is no batch of columns: a bool is 2");
}

TEST_CASE("behaviour 25: random changes of a batch of columns are read, or refused") {
  test::seeded random;
  CAPTURE(random.seed);
  using row = std::tuple<std::int16_t, std::string, bool>;
  const std::string good = test::encode<columns>(std::vector<row>{{1, "one", true}, {2, "two", false}, {3, "", true}});
  std::size_t refused = 0;
  for (int i = 0; i != 20'000; ++i) {
    std::string body = good.substr(0, random.below(4) == 0 ? random.below(good.size()) : good.size());
    for (std::size_t n = 1 + random.below(3); n != 0 && !body.empty(); --n)
      body[random.below(body.size())] = static_cast<char>(random.below(256));
    refused += !test::decode_error<columns, row>(body).empty();
  }
  CHECK(refused > 1000);
}

}  // namespace
}  // namespace wire_columns
