// SPDX-License-Identifier: BSL-1.0
#include "types.hpp"

#include <leat/wire/msgpack.hpp>

#include <chrono>
#include <unordered_set>

#include "../volume.hpp"

namespace wire_types {
namespace {

using namespace std::chrono_literals;
using namespace types;
using leat::big_int;
namespace chr = std::chrono;
using std::chrono::year_month_day;

template <class Wire>
struct wires {
  template <class T>
  static void both_ways(const std::vector<T>& values) {
    test::round_trip<Wire>(values);
    for (const T& x : values) test::expect(Wire::template loads<T>(Wire::dumps(x)) == x, "as one value");
  }
};

template <class Wire, class T, class Given>
std::string refusal(const Given& given) {
  const std::string text = test::decode_error<Wire, T>(test::encode<Wire>(std::vector<Given>{given}));
  const std::string start = "leat: record 0: expected ";
  return text.substr(0, start.size()) == start ? text.substr(start.size()) : "?? " + text;
}

template <class Wire, class T>
std::string encode_error(const T& x) {
  try {
    (void)Wire::dumps(x);
  } catch (const leat::conversion_error& e) {
    return e.what();
  }
  return {};
}

std::string digits(std::size_t n) { return std::string(n, '7'); }

/// A float by a codec that does not say what it suits.
struct own {
  double x = 0;
  friend bool operator==(const own&, const own&) = default;
};
/// A text that knows which way it was read.
struct traced {
  bool quick = false;
};

}  // namespace
}  // namespace wire_types

template <>
struct leat::wire_codec<wire_types::own> {
  [[maybe_unused]] static constexpr bool encodable = true, decodable = true, hashable = true;
  static constexpr std::size_t tokens = 1;
  static std::string name() { return "float"; }
  template <class Out>
  static void encode(Out& out, const wire_types::own& x) {
    wire_codec<double>::encode(out, x.x);
  }
  template <class In>
  static bool decode(In& in, wire_types::own& x) {
    return wire_codec<double>::decode(in, x.x);
  }
  static bool convert(wire::converter& c, const wire::value& v, wire_types::own& x) {
    return wire_codec<double>::convert(c, v, x.x);
  }
};
template <>
struct leat::wire_codec<wire_types::traced> {
  [[maybe_unused]] static constexpr bool encodable = false, decodable = true, hashable = true;
  static constexpr std::size_t tokens = 1;
  static constexpr wire::value_kind kind = wire::value_kind::str;
  static std::string name() { return "str"; }
  template <class In>
  static bool decode(In& in, wire_types::traced& x) {
    std::string_view text;
    return x.quick = in.str(text);
  }
  static bool convert(wire::converter&, const wire::value&, wire_types::traced& x) {
    x.quick = false;
    return true;
  }
};

namespace wire_types {
namespace {

TEST_CASE_TEMPLATE("behaviour 22: numbers of other kinds", Wire, leat::pickle, leat::msgpack) {
  using test_wire = wires<Wire>;
  test_wire::both_ways(std::vector<std::complex<double>>{{1, -2}, {-0.0, 5e-324}, {1e300, HUGE_VAL}});
  test_wire::both_ways(std::vector<std::complex<float>>{{1.5f, -2}});
  CHECK((refusal<Wire, std::complex<float>>(std::complex<double>(1, 1e300)) ==
         "complex that two floats of 32 bits hold, got complex (1+1e+300j)"));
  CHECK(Wire::template loads<std::complex<double>>(Wire::dumps(3)) == std::complex<double>(3, 0));
  CHECK((refusal<Wire, double>(std::complex<double>(0, 1)) == "float, got complex 1j"));

  const auto most = static_cast<leat::int128>(~leat::uint128{0} >> 1);
  test_wire::both_ways(std::vector<leat::int128>{0, -1, INT64_MIN, most, -most - 1, static_cast<leat::int128>(UINT64_MAX) + 1});
  test_wire::both_ways(std::vector<leat::uint128>{0, UINT64_MAX, ~leat::uint128{0}});
  test_wire::both_ways(std::vector<big_int>{0, -1, 255, UINT64_MAX, big_int("-18446744073709551617"), big_int(digits(4300))});
  CHECK((refusal<Wire, leat::int128>(~leat::uint128{0}) ==
         "int from -2**127 to 2**127 - 1, got int 340282366920938463463374607431768211455"));
  CHECK((refusal<Wire, leat::uint128>(-1) == "int from 0 to 2**128 - 1, got int -1"));
  CHECK((refusal<Wire, std::int64_t>(big_int("99999999999999999999")) ==
         "int from -9223372036854775808 to 9223372036854775807, got int 99999999999999999999"));
  CHECK((refusal<Wire, big_int>(true) == "int, got bool True"));
  CHECK((refusal<Wire, big_int>(1.0) == "int, got float 1.0"));
}

TEST_CASE("big_int: text, order, narrow types") {
  for (const char* text :
       {"0", "-1", "127", "128", "-128", "-129", "255", "256", "18446744073709551616", "-170141183460469231731"})
    CHECK(big_int(text).str() == text);
  CHECK(big_int("+007").str() == "7");
  CHECK(big_int("-0") == big_int(0));
  CHECK(big_int(digits(4300)).str() == digits(4300));
  for (const std::string& text : {std::string(), std::string("-"), std::string("1.0"), std::string("--1"), digits(4301)})
    CHECK_THROWS_AS(big_int(std::string_view(text)), leat::usage_error);
  CHECK_THROWS_AS((void)big_int::from_bytes(std::string(2000, '\x7f')).str(), leat::usage_error);
  const std::vector<big_int> sorted{big_int("-99999999999999999999"), -256, -255, -1, 0, 1, 127, 128, 255, 256,
                                    big_int("99999999999999999999")};
  for (std::size_t i = 0; i != sorted.size(); ++i)
    for (std::size_t j = 0; j != sorted.size(); ++j) CHECK((sorted[i] <=> sorted[j]) == (i <=> j));
  std::int8_t narrow = 5;
  CHECK((big_int(-128).get(narrow) && narrow == -128));
  CHECK((!big_int(128).get(narrow) && narrow == -128));
  std::uint64_t wide = 0;
  CHECK((big_int(UINT64_MAX).get(wide) && wide == UINT64_MAX && !big_int(-1).get(wide)));
  CHECK(big_int::from_bytes(test::raw("\x05\0\0")) == big_int(5));
}

TEST_CASE_TEMPLATE("behaviour 22: bytearrays, frozensets, dicts in order", Wire, leat::pickle, leat::msgpack) {
  using test_wire = wires<Wire>;
  leat::bytearray bytes;
  bytes.assign(300, std::byte{7});
  test_wire::both_ways(std::vector<leat::bytearray>{{}, bytes});
  CHECK(Wire::template loads<leat::bytes>(Wire::dumps(bytes)) == bytes);
  test_wire::both_ways(std::vector<std::set<std::set<int>>>{{}, {{}, {1}, {1, 2}}});
  test_wire::both_ways(std::vector<std::map<std::set<std::string>, std::set<int>>>{{{{"a", "b"}, {1}}, {{}, {}}}});
  test_wire::both_ways(std::vector<std::map<std::pair<int, std::set<int>>, int>>{{{{1, {2}}, 3}}});
  CHECK(leat::wire::type_name<std::map<std::pair<std::set<int>, std::set<std::set<int>>>, std::set<int>>>() ==
        "dict[tuple[frozenset[int], frozenset[frozenset[int]]], set[int]]");
  using items = leat::dict_items<std::string, int>;
  items ordered;
  for (auto [key, n] : {std::pair{"z", 1}, {"a", 2}, {"m", 3}}) ordered.emplace_back(key, n);
  test_wire::both_ways(std::vector<items>{{}, ordered});
  ordered.emplace_back("a", 4);
  CHECK(encode_error<Wire>(ordered) ==
        "leat: expected different keys in a dict[str, int], got leat::dict_items that repeats one");
  leat::dict_items<double, int> numbers;
  for (double key : {double{NAN}, 0.0, double{NAN}, 1.0}) numbers.emplace_back(key, 1);
  CHECK(encode_error<Wire>(numbers) == "");
  numbers.emplace_back(-0.0, 2);
  CHECK(encode_error<Wire>(numbers) != "");
  CHECK((refusal<Wire, items>(std::map<std::string, std::string>{{"k", "v"}}) ==
         "int in the value of key 'k' of dict[str, int], got str 'v'"));
}

struct by_size {  // an order that takes texts of one length for the same
  bool operator()(const std::string& a, const std::string& b) const { return a.size() < b.size(); }
};
struct never {  // an equality by which nothing is the same
  bool operator()(int, int) const { return false; }
};
struct labelled {  // compared by more than what crosses
  using leat_as = leat::as_tuple;
  int id = 0;
  int label = 0;
  LEAT_FIELDS(id)
  auto operator<=>(const labelled&) const = default;
};

template <class K>
leat::dict_items<K, int> keyed(std::initializer_list<K> keys) {
  leat::dict_items<K, int> all;
  for (const K& key : keys) all.emplace_back(key, 1);
  return all;
}

TEST_CASE_TEMPLATE("keys that become the same are refused by name, both ways", Wire, leat::pickle, leat::msgpack) {
  const double nan = NAN, tenth = 0.1, single = 0.1f;
  const auto lost = [](const std::string& what, const std::string& type, const std::string& key) {
    return what + " that stay different in " + type + " (another one becomes the same), got " + key;
  };
  using items = leat::dict_items<double, int>;
  const items tenths = keyed({tenth, single}), nans = keyed({nan, 1.0, 2.0});
  const std::string of_float = lost("keys", "dict[float, int]", "float 0.10000000149011612");
  // from Python
  CHECK((refusal<Wire, std::map<float, int>>(tenths)) == of_float);
  CHECK((refusal<Wire, std::unordered_map<float, int>>(tenths)) == of_float);
  CHECK((refusal<Wire, leat::dict_items<float, int>>(tenths)) == of_float);
  leat::dict_items<double, int> many;
  for (int i = 0; i != 1000; ++i) many.emplace_back(i == 700 ? 0.25 + 1e-12 : i * 0.25, i);
  CHECK((refusal<Wire, leat::dict_items<float, int>>(many)) == lost("keys", "dict[float, int]", "float 0.250000000001"));
  CHECK((refusal<Wire, std::vector<std::map<float, int>>>(std::vector<items>{tenths})
             .find("(another one becomes the same) in element 0 of list[dict[float, int]], got float") != std::string::npos));
  CHECK((refusal<Wire, std::map<double, int>>(nans)) == lost("keys", "dict[float, int]", "float 1.0"));
  CHECK((refusal<Wire, std::set<float>>(std::set{tenth, single})) == lost("items", "set[float]", "float 0.10000000149011612"));
  CHECK((refusal<Wire, std::set<std::pair<float, int>>>(std::set<std::pair<double, int>>{{tenth, 1}, {single, 1}})
             .find("items that stay different in set[tuple[float, int]]") == 0));
  CHECK((refusal<Wire, std::map<std::string, int, by_size>>(std::map<std::string, int>{{"a", 1}, {"b", 2}})) ==
        lost("keys", "dict[str, int]", "str 'b'"));
  CHECK((Wire::template loads<std::unordered_map<double, int>>(Wire::dumps(nans)).size()) == 3);
  CHECK((Wire::template loads<items>(Wire::dumps(nans)).size()) == 3);
  CHECK((Wire::template loads<std::set<double>>(Wire::dumps(std::set{nan})).size()) == 1);
  // to Python
  using number = std::variant<bool, int, double>;
  using text = std::variant<std::monostate, int, std::string>;
  const auto encode = [](const auto& x) { return encode_error<Wire>(x); };
  const std::string numbers = "bool | int | float", start = "leat: expected ";
  CHECK(encode(std::map<number, int>{{true, 1}, {1, 2}}) == start + lost("keys", "dict[" + numbers + ", int]", "int 1"));
  CHECK(encode(std::map<number, int>{{0, 1}, {-0.0, 2}}) == start + lost("keys", "dict[" + numbers + ", int]", "float -0.0"));
  CHECK(encode(std::map<number, int>{{true, 1}, {2, 2}, {2.5, 3}, {nan, 4}}) == "");
  CHECK(encode(std::set<number>{1, 1.0}) == start + lost("items", "set[" + numbers + "]", "float 1.0"));
  CHECK(encode(std::vector<std::set<std::pair<number, int>>>{{}, {{1, 2}, {1.0, 2}}}).find("got tuple (1.0, 2)") !=
        std::string::npos);
  CHECK(encode(std::set<std::set<number>>{{1, 2}, {1.0, 2}}).find("got frozenset") != std::string::npos);
  CHECK(encode(keyed<number>({true, 1})) == start + lost("keys", "dict[" + numbers + ", int]", "int 1"));
  CHECK(encode(std::map<text, int>{{1, 1}, {"1", 2}, {std::monostate{}, 3}}) == "");
  using wide = std::variant<leat::big_int, double>;
  CHECK(encode(std::map<wide, int>{{leat::big_int("18446744073709551616"), 1}, {0x1p64, 2}}) != "");
  CHECK(encode(std::map<wide, int>{{leat::big_int("18446744073709551617"), 1}, {0x1p64, 2}}) == "");
  CHECK(encode(std::unordered_set<int, std::hash<int>, never>{1, 1, 2}) == start + lost("items", "set[int]", "int 1"));
  CHECK(encode(std::set<labelled>{{1, 1}, {1, 2}}) == start + lost("items", "set[tuple[{'id': int}]]", "tuple (1,)"));
  CHECK(encode(std::set<std::optional<std::optional<int>>>{std::nullopt, std::optional<int>()}) ==
        start + lost("items", "set[int | None | None]", "NoneType None"));
  using times = std::variant<chr::seconds, chr::minutes>;
  CHECK(encode(std::set<times>{chr::seconds(60), chr::minutes(1)}).find("got datetime.timedelta") != std::string::npos);
  // what cannot become the same is not looked at
  using leat::wire::is_distinct;
  static_assert(is_distinct<std::pair<int, std::optional<std::string>>>() && is_distinct<text>() && !is_distinct<number>());
  static_assert(!is_distinct<std::variant<int, plain_enum>>() && !is_distinct<labelled>());
}

TEST_CASE_TEMPLATE("behaviour 22: variants take the first alternative that suits", Wire, leat::pickle, leat::msgpack) {
  using test_wire = wires<Wire>;
  using any = std::variant<std::monostate, double, std::int8_t, std::int64_t, bool, std::string, std::vector<int>, point>;
  test_wire::both_ways(std::vector<any>{std::monostate{}, 1.5, std::int8_t{1}, std::int64_t{1000}, true, "s", std::vector{1, 2},
                                        point{1, 2}, std::vector<int>{}});
  CHECK(leat::wire::type_name<std::variant<int, std::string, std::monostate>>() == "int | str | None");
  CHECK(Wire::template loads<std::variant<double, std::string>>(Wire::dumps(3)) == std::variant<double, std::string>(3.0));
  CHECK(Wire::template loads<std::variant<double, int>>(Wire::dumps(3)) == std::variant<double, int>(3));
  using lists = std::variant<std::vector<int>, std::vector<std::string>, std::vector<double>>;
  test_wire::both_ways(std::vector<lists>{std::vector{1}, std::vector<std::string>{"a"}, std::vector{1.5}, std::vector<int>{}});
  CHECK(Wire::template loads<lists>(Wire::dumps(std::vector<std::variant<int, double>>{1, 1.5})) ==
        lists(std::vector<double>{1, 1.5}));
  const auto index_of_5 = []<class T>(T) { return Wire::template loads<T>(Wire::dumps(5)).index(); };
  CHECK(index_of_5(std::variant<std::optional<int>, long>{}) == 0);
  CHECK(index_of_5(std::variant<long, std::optional<int>>{}) == 0);
  CHECK(index_of_5(std::variant<std::optional<std::string>, long>{}) == 1);
  CHECK(index_of_5(std::variant<std::variant<double, int>, long>{}) == 0);
  CHECK(index_of_5(std::variant<own, long>{}) == 1);
  const auto quick = []<class T>(T) { return std::get<traced>(Wire::template loads<T>(Wire::dumps("a"))).quick; };
  CHECK(quick(std::variant<int, double, traced>{}));
  CHECK(quick(std::variant<own, traced>{}));
  CHECK(!quick(std::variant<std::optional<double>, traced>{}));
  CHECK((refusal<Wire, std::variant<int, std::string>>(true) == "int | str, got bool True"));
  CHECK((refusal<Wire, std::variant<int, std::string>>(std::int64_t{1} << 40) == "int | str, got int 1099511627776"));
  CHECK((refusal<Wire, std::variant<int, std::vector<int>>>(std::vector<std::string>{"a"}) ==
         "int in element 0 of list[int], got str 'a'"));
  CHECK((refusal<Wire, std::variant<std::vector<bool>, std::vector<int>>>(std::vector<std::string>{"a"}) ==
         "list[bool] | list[int], got list ['a']"));
  CHECK((refusal<Wire, std::vector<std::variant<std::vector<bool>, std::vector<int>>>>(std::vector<std::vector<std::string>>{
             {}, {"a"}}) == "list[bool] | list[int] in element 1 of list[list[bool] | list[int]], got list ['a']"));
  test_wire::both_ways(std::vector<std::optional<std::variant<int, std::string>>>{1, "a", std::nullopt});
  test_wire::both_ways(std::vector<std::set<std::variant<int, std::string>>>{{1, "a"}});
}

TEST_CASE("variants of arrays: pickle tells them apart, msgpack cannot") {
  using pair_or_list = std::variant<std::pair<int, int>, std::vector<int>, std::set<int>>;
  const std::vector<pair_or_list> values{std::pair{1, 2}, std::vector{1, 2}, std::set{1, 2}, std::vector<int>{}};
  test::round_trip<leat::pickle>(values);
  const std::string name = "tuple[int, int] | list[int] | set[int]";
  CHECK(encode_error<leat::msgpack>(values[0]) ==
        "leat: expected a wire that tells " + name + " apart (msgpack has one kind of array and of bytes), got std::variant");
  CHECK((refusal<leat::msgpack, pair_or_list>(std::vector{1}) ==
         name + " (which msgpack, with one kind of array, cannot tell apart), got list [1]"));
  test::round_trip<leat::msgpack>(std::vector<std::variant<int, std::pair<int, int>>>{1, std::pair{1, 2}});
  CHECK(encode_error<leat::msgpack>(std::variant<std::vector<std::set<int>>, std::vector<std::vector<int>>>()) != "");
  CHECK(encode_error<leat::msgpack>(std::variant<leat::bytes, leat::bytearray>()) != "");
  using nested = std::variant<std::pair<std::variant<int, std::pair<int, int>>, int>, std::vector<int>, int>;
  test::round_trip<leat::pickle>(std::vector<nested>{std::pair<std::variant<int, std::pair<int, int>>, int>{std::pair{1, 2}, 3},
                                                     std::pair<std::variant<int, std::pair<int, int>>, int>{1, 2}, 7});
}

TEST_CASE_TEMPLATE("floats of 32 bits are the nearest; what has none, and ints that none holds exactly, are refused", Wire,
                   leat::pickle, leat::msgpack) {
  const auto loads = []<class T, class Given>(T, const Given& given) { return Wire::template loads<T>(Wire::dumps(given)); };
  for (const double x : {0.1, -0.1, 16777217.0, 0x1p-149, 3.4028235e38, 1e-45, -0.0, 1e38, HUGE_VAL})
    CHECK(test::same(static_cast<double>(loads(float{}, x)), static_cast<double>(static_cast<float>(x))));
  CHECK(std::isnan(loads(float{}, double{NAN})));
  CHECK(loads(float{}, 16777216) == 16777216);
  CHECK(loads(float{}, std::int64_t{1} << 40) == 0x1p40f);
  for (const double x : {1e-50, -1e-46, 3.5e38, -1e300})
    CHECK((refusal<Wire, float>(x)).find("float that 32 bits hold, got float") == 0);
  CHECK((refusal<Wire, float>(16777217)) == "float of 32 bits (or an int that one holds exactly), got int 16777217");
  CHECK((refusal<Wire, float>(leat::big_int("1" + std::string(40, '0')))).find("float of 32 bits") == 0);
  CHECK((refusal<Wire, double>((std::int64_t{1} << 53) + 1)) ==
        "float (or an int that a float holds exactly), got int 9007199254740993");
  CHECK(loads(std::vector<float>{}, std::vector{0.1, 0.5}) == std::vector{0.1f, 0.5f});
  CHECK(loads(std::complex<float>{}, std::complex<double>(0.1, 1)) == std::complex<float>(0.1f, 1));
  CHECK((refusal<Wire, std::complex<float>>(std::complex<double>(1, 1e-50))).find("complex that two floats of 32 bits") == 0);
  // an alternative that loses nothing comes first
  CHECK(loads(std::variant<float, double>{}, 0.1).index() == 1);
  CHECK(loads(std::variant<float, double>{}, 0.5).index() == 0);
  CHECK(loads(std::variant<float, std::complex<double>>{}, 0.1).index() == 1);
  CHECK(loads(std::variant<float, std::optional<double>>{}, 0.1) == std::variant<float, std::optional<double>>(0.1));
  CHECK(loads(std::variant<std::optional<double>, float>{}, 0.1) == std::variant<std::optional<double>, float>(0.1));
  CHECK(loads(std::variant<float, std::variant<int, double>>{}, 0.1).index() == 1);
  CHECK(loads(std::variant<float, own>{}, 0.1) == std::variant<float, own>(own{0.1}));
  CHECK(loads(std::variant<float, std::optional<double>>{}, 0.5).index() == 0);
  CHECK(loads(std::variant<float, own>{}, 0.5).index() == 0);
  CHECK(loads(std::variant<std::string, float>{}, 0.1) == std::variant<std::string, float>(0.1f));
  CHECK(loads(std::variant<float, leat::big_int>{}, 16777217).index() == 1);
}

TEST_CASE_TEMPLATE("behaviour 22: enums", Wire, leat::pickle, leat::msgpack) {
  using test_wire = wires<Wire>;
  test_wire::both_ways(std::vector<color>{color::red, color::green});
  test_wire::both_ways(std::vector<plain_enum>{zero, far});
  test_wire::both_ways(std::vector<letter>{letter::a, letter::z});
  test_wire::both_ways(std::vector<flag>{flag::off, flag::on});
  test_wire::both_ways(std::vector<std::map<color, int>>{{{color::red, 1}}});
  test_wire::both_ways(std::vector<std::variant<std::string, color>>{"a", color::green});
  CHECK(leat::wire::type_name<color>() == "int");
  CHECK(leat::wire::type_name<flag>() == "bool");
  CHECK((refusal<Wire, color>(3) == "int among 1, 2, got int 3"));
  CHECK((refusal<Wire, color>(257) == "int from 0 to 255, got int 257"));
  CHECK((refusal<Wire, letter>(300) == "int that the enum's type holds, got int 300"));
  CHECK((refusal<Wire, color>(std::string("red")) == "int, got str 'red'"));
  CHECK((refusal<Wire, std::variant<std::string, color>>(3) == "str | int, got int 3"));
  static_assert(!leat::pickle::encodable<std::byte>);
}

TEST_CASE_TEMPLATE("behaviour 22: times, at their limits", Wire, leat::pickle, leat::msgpack) {
  using test_wire = wires<Wire>;
  using chr::local_time, chr::sys_days, chr::sys_time, chr::microseconds;
  const auto micros = [](std::int64_t n) { return sys_time<microseconds>(microseconds(n)); };
  constexpr std::int64_t first = -62135596800000000, last = 253402300799999999;
  test_wire::both_ways(std::vector{micros(0), micros(-1), micros(1), micros(first), micros(last), micros(1709209815000250)});
  test_wire::both_ways(std::vector{chr::floor<chr::nanoseconds>(sys_days(chr::year(2024) / 2 / 29)) + 1us});
  test_wire::both_ways(std::vector{sys_time<chr::seconds>(1s), sys_time<chr::seconds>(-1s)});
  test_wire::both_ways(
      std::vector{local_time<microseconds>(microseconds(first)), local_time<microseconds>(microseconds(last))});
  test_wire::both_ways(
      std::vector{sys_days(chr::year(1) / 1 / 1), sys_days(chr::year(9999) / 12 / 31), sys_days(chr::year(2000) / 2 / 29)});
  test_wire::both_ways(std::vector<year_month_day>{chr::year(1900) / 2 / 28, chr::year(2024) / 2 / 29});
  test_wire::both_ways(std::vector{0us, -1us, microseconds(INT64_MAX), microseconds(INT64_MIN)});
  test_wire::both_ways(std::vector{chr::nanoseconds(-5000), chr::nanoseconds(1h)});
  test_wire::both_ways(std::vector{chr::days(999999999), chr::days(-999999999)});
  test_wire::both_ways(std::vector<chr::duration<std::int16_t, std::ratio<3600>>>{5h, -5h});
  test_wire::both_ways(std::vector<std::map<year_month_day, chr::seconds>>{{{chr::year(2024) / 1 / 1, 5s}}});
  test_wire::both_ways(std::vector<std::variant<sys_days, sys_time<microseconds>, local_time<microseconds>, std::string>>{
      sys_days(chr::days(7)), micros(5), local_time<microseconds>(5us), "2024-01-01"});
  CHECK(leat::wire::type_name<sys_time<chr::seconds>>() == "datetime.datetime");
  // a naive datetime of 2024-10-27 02:30 with fold=1, as CPython pickles it
  const std::string folded = test::raw(
      "\x80\x04"
      "cdatetime\ndatetime\nC\x0a\x07\xe8\x8a\x1b\x02\x1e\0\0\0\0\x85R.");
  try {
    (void)leat::pickle::loads<local_time<microseconds>>(folded);
    FAIL("a fold was lost");
  } catch (const leat::conversion_error& e) {
    CHECK(e.expected().find("datetime.datetime with fold=0 (a std::chrono::local_time has no fold") == 0);
    CHECK(e.repr() == "datetime.datetime(2024, 10, 27, 2, 30, fold=1)");
  }
  CHECK(leat::wire::type_name<year_month_day>() == "datetime.date");
  CHECK(leat::wire::type_name<chr::milliseconds>() == "datetime.timedelta");
}

TEST_CASE_TEMPLATE("behaviour 23: times that do not fit are refused, never rounded", Wire, leat::pickle, leat::msgpack) {
  using chr::local_time, chr::sys_days, chr::sys_time, chr::microseconds;
  CHECK(encode_error<Wire>(sys_time<chr::nanoseconds>(1ns)) ==
        "leat: expected a time of whole microseconds (std::chrono::floor<std::chrono::microseconds> makes one), got "
        "std::chrono::time_point 1 ticks from 1970 on");
  CHECK(encode_error<Wire>(sys_time<microseconds>(microseconds(253402300800000000))).find("the years 1 to 9999") !=
        std::string::npos);
  CHECK(encode_error<Wire>(sys_days(chr::year(10000) / 1 / 1)).find("the years 1 to 9999") != std::string::npos);
  CHECK(encode_error<Wire>(year_month_day(chr::year(2023) / 2 / 29)) ==
        "leat: expected a date that exists, got std::chrono::year_month_day 2023-2-29");
  CHECK(encode_error<Wire>(1500ns) == "leat: expected a duration of whole microseconds, got std::chrono::duration 1500 ticks");
  CHECK(encode_error<Wire>(chr::days(1000000000)).find("at most 999999999 days") != std::string::npos);

  const sys_time<microseconds> at(microseconds(1709209815000250));
  const local_time<microseconds> naive(at.time_since_epoch());
  CHECK((refusal<Wire, sys_time<microseconds>>(naive) ==
         "datetime.datetime with a zone, got datetime.datetime datetime.datetime(2024, 2, 29, 12, 30, 15, 250)"));
  CHECK((refusal<Wire, local_time<microseconds>>(at) ==
         "datetime.datetime without a zone, got datetime.datetime datetime.datetime(2024, 2, 29, 12, 30, 15, 250, "
         "tzinfo=datetime.timezone.utc)"));
  CHECK((refusal<Wire, sys_time<chr::seconds>>(at).substr(0, 82) ==
         "datetime.datetime that a std::chrono::duration in ticks of 1 s holds, got datetime"));
  CHECK((refusal<Wire, sys_time<chr::nanoseconds>>(sys_time<chr::seconds>(chr::seconds(10'000'000'000))).substr(0, 17) ==
         "datetime.datetime"));
  CHECK((refusal<Wire, sys_days>(at).substr(0, 36) == "datetime.date, got datetime.datetime"));
  CHECK((refusal<Wire, chr::seconds>(1500ms) ==
         "datetime.timedelta that a std::chrono::duration in ticks of 1 s holds, got datetime.timedelta "
         "datetime.timedelta(seconds=1, microseconds=500000)"));
  CHECK((refusal<Wire, chr::nanoseconds>(chr::days(300'000)).substr(0, 18) == "datetime.timedelta"));
  CHECK((refusal<Wire, chr::duration<std::uint32_t>>(-1s).find("days=-1, seconds=86399") != std::string::npos));
  CHECK((refusal<Wire, int>(0us) == "int, got datetime.timedelta datetime.timedelta(0)"));
  CHECK((refusal<Wire, int>(sys_days(chr::days(0))) == "int, got datetime.date datetime.date(1970, 1, 1)"));
  CHECK((refusal<Wire, sys_time<microseconds>>(5) == "datetime.datetime, got int 5"));
}

TEST_CASE_TEMPLATE("behaviour 22: structs as dicts, tuples and instances", Wire, leat::pickle, leat::msgpack) {
  using test_wire = wires<Wire>;
  test_wire::both_ways(std::vector<point>{{1, 2}, {-0.5, 1e300}});
  test_wire::both_ways(std::vector<pixel>{{1, 2}, {3, 4}});
  test_wire::both_ways(std::vector<person>{{"a", 5, {{1, 2}}}, {"", std::nullopt, {}}});
  test_wire::both_ways(std::vector<place>{{"here", {1, 2}}, {"there", {3, 4}}});
  test_wire::both_ways(std::vector<vendor::size>{{3, 4}});
  test_wire::both_ways(std::vector<nothing>{{}, {}});
  test_wire::both_ways(std::vector<std::map<pixel, std::vector<place>>>{{{{1, 2}, {{"x", {0, 0}}}}}});
  test_wire::both_ways(
      std::vector<std::variant<point, place, std::map<std::string, int>>>{point{1, 2}, std::map<std::string, int>{{"k", 1}}});
  CHECK(Wire::template loads<std::map<std::string, double>>(Wire::dumps(point{1, 2})) ==
        std::map<std::string, double>{{"x", 1}, {"y", 2}});
  CHECK(Wire::template loads<point>(Wire::dumps(std::map<std::string, double>{{"y", 2}, {"x", 1}})) == point{1, 2});
  CHECK(Wire::template loads<pixel>(Wire::dumps(std::map<std::string, int>{{"row", 2}, {"column", 1}})) == pixel{1, 2});
  CHECK(leat::wire::type_name<person>() == "{'name_': str, 'age_': int | None, 'from': list[{'x': float, 'y': float}]}");
  CHECK(leat::wire::type_name<pixel>() == "tuple[{'column': int, 'row': int}]");
  CHECK(leat::wire::type_name<place>() == "instance['leat_test_geo:Place', {'name': str, 'at': {'x': float, 'y': float}}]");
  CHECK(leat::wire::type_name<vendor::size>() == "{'width': int, 'height': int}");
  CHECK(leat::wire::type_name<nothing>() == "{}");
  static_assert(!leat::pickle::encodable<tagged>, "its tag would be lost");
  static_assert(!leat::pickle::encodable<std::set<point>> && leat::pickle::encodable<std::set<pixel>>);

  using dict = std::map<std::string, double>;
  const std::string name = "{'x': float, 'y': float}";
  CHECK((refusal<Wire, point>(dict{{"x", 1}}) == name + " (its field 'y' is missing), got dict {'x': 1.0}"));
  CHECK(
      (refusal<Wire, point>(dict{{"x", 1}, {"y", 2}, {"z", 3}}).find("(it has no field 'z'), got dict") != std::string::npos));
  CHECK((refusal<Wire, point>(std::map<int, int>{{1, 2}}).find("(it has no field 1), got dict") != std::string::npos));
  CHECK((refusal<Wire, point>(std::map<std::string, std::string>{{"x", "a"}}) ==
         "float in field 'x' of " + name + ", got str 'a'"));
  CHECK((refusal<Wire, point>(5) == name + ", got int 5"));
  CHECK((refusal<Wire, pixel>(std::tuple(1, std::string("a"))) ==
         "int in field 'row' of tuple[{'column': int, 'row': int}], got str 'a'"));
  CHECK((refusal<Wire, pixel>(std::tuple(1)).substr(0, 35) == "tuple[{'column': int, 'row': int}],"));
  CHECK((refusal<Wire, std::vector<person>>(std::vector<std::map<std::string, int>>{{{"name_", 1}}}).substr(0, 42) ==
         "str in field 'name_' of {'name_': str, 'ag"));
}

TEST_CASE_TEMPLATE("lenient: missing keys of optionals, unknown ones where they are ignored, lists and tuples", Wire,
                   leat::pickle, leat::msgpack) {
  const auto as = [](auto given, auto expected) {  // as a batch of two and as one value
    using T = decltype(expected);
    const std::vector<decltype(given)> batch{given, given};
    CHECK((test::decode<Wire, T>(test::encode<Wire>(batch)) == std::vector<T>{expected, expected}));
    CHECK((Wire::template loads<T>(Wire::dumps(given)) == expected));
  };
  using any = std::variant<int, std::string, std::vector<int>>;
  using dict = std::map<std::string, any>;
  const dict full{{"n", 1}, {"text", "a"}}, less{{"n", 1}}, more{{"n", 1}, {"z", 3}}, list{{"n", 1}, {"a", std::vector{1}}};
  as(full, lenient{1, "a"});
  as(less, lenient{1, std::nullopt});
  as(more, lenient{1, std::nullopt});
  as(list, lenient{1, std::nullopt});
  as(std::vector<dict>{full, less, list, full}, std::vector<lenient>{{1, "a"}, {1, {}}, {1, {}}, {1, "a"}});
  as(std::map<std::string, std::variant<std::string, std::vector<point>>>{{"name_", "a"}, {"from", std::vector<point>{}}},
     person("a", std::nullopt, {}));
  as(less, std::variant<point, lenient>(lenient{1, std::nullopt}));
  as(dict{{"z", 2}}, std::variant<point, lenient, std::map<std::string, int>>(std::map<std::string, int>{{"z", 2}}));
  test::round_trip<Wire>(std::vector<lenient>{{1, "a"}, {2, std::nullopt}});
  CHECK(leat::wire::type_name<lenient>() == "{'n': int, 'text': str | None, ...: object}");
  CHECK((refusal<Wire, lenient>(dict{{"text", "a"}}).find("(its field 'n' is missing)") != std::string::npos));
  CHECK((refusal<Wire, lenient>(dict{{"n", "a"}}).find("int in field 'n' of") != std::string::npos));

  as(std::vector{1, 2}, std::pair{1, 2});
  as(std::vector{1, 2}, std::array{1, 2});
  as(std::vector{1, 2}, pixel{1, 2});
  as(std::vector<std::vector<int>>{{1, 2}}, std::vector{std::tuple{1, 2.0}});
  as(std::tuple{1, 2, 3}, std::vector{1, 2, 3});
  as(std::set{1, 2}, std::vector{1, 2});
  as(std::map<std::string, std::vector<int>>{{"a", {1, 2}}}, std::map<std::string, std::pair<int, int>>{{"a", {1, 2}}});
  CHECK((refusal<Wire, std::pair<int, int>>(std::vector{1, 2, 3}).find("tuple[int, int], got ") == 0));
  CHECK((refusal<Wire, std::pair<int, bool>>(std::vector{1, 2}).find("bool in element 1 of tuple[int, bool], got int 2") == 0));
}

TEST_CASE("lenient: a variant takes a list or tuple as it is first") {
  using either = std::variant<std::pair<int, int>, std::vector<int>>;
  using leat::pickle;
  CHECK(pickle::loads<either>(pickle::dumps(std::vector{1, 2})).index() == 1);
  CHECK(pickle::loads<either>(pickle::dumps(std::tuple{1, 2})).index() == 0);
  CHECK(pickle::loads<either>(pickle::dumps(std::tuple{1, 2, 3})).index() == 1);
  CHECK(pickle::loads<std::variant<int, std::pair<int, int>>>(pickle::dumps(std::vector{1, 2})).index() == 1);
  CHECK(pickle::loads<std::variant<std::vector<int>, std::set<int>>>(pickle::dumps(std::set{1})).index() == 1);
}

TEST_CASE("structs: keys are written once in a batch") {
  const std::string body = test::encode<leat::pickle>(std::vector<point>(100, point{1, 2}));
  CHECK(body.size() < 100 * (2 * 9 + 2 * 2 + 3) + 20);
  CHECK(body.find("x") == body.rfind("x"));
  const std::string places = test::encode<leat::pickle>(std::vector<place>(100, place{"n", {}}));
  CHECK(places.find("leat_test_geo") == places.rfind("leat_test_geo"));
}

TEST_CASE("behaviour 25: broken pickles of every new kind end in an error or a value") {
  using record = std::tuple<std::complex<double>, big_int, std::set<std::set<int>>, chr::sys_time<chr::microseconds>,
                            chr::local_time<chr::seconds>, year_month_day, chr::microseconds, place, pixel, leat::bytearray,
                            std::variant<int, std::vector<int>, std::pair<int, int>>>;
  record r{};
  std::get<5>(r) = chr::year(2024) / 2 / 29;
  std::get<1>(r) = big_int("99999999999999999999");
  std::get<2>(r) = {{1}, {2, 3}};
  const std::string body = test::encode<leat::pickle>(std::vector<record>{r, r});
  test::round_trip<leat::pickle>(std::vector<record>{r, r});
  for (std::size_t n = 0; n != body.size(); ++n)
    CHECK_THROWS_AS((test::decode<leat::pickle, record>(body.substr(0, n))), leat::protocol_error);
  for (std::size_t i = 0; i != body.size(); ++i) {
    std::string changed = body;
    for (int c = static_cast<int>(i) % (7 * test::stride()); c < 256; c += 7 * test::stride()) {
      changed[i] = static_cast<char>(c);
      try {
        leat::pickle::decode<record>(changed, [](record&&) { return true; });
      } catch (const leat::protocol_error&) {
      } catch (const leat::conversion_error&) {
      }
    }
  }
}

TEST_CASE("behaviour 25: extensions that are none of ours stay objects") {
  for (std::string item :
       {test::raw("\xd4\x64x"), test::raw("\xc7\x09\x65xxxxxxxxx"), test::raw("\xd7\x66\x7f\0\0\0\0\0\0\0"),
        test::raw("\xd7\x67\x7f\0\0\0\0\0\0\0"), test::raw("\xd6\x68xxxx"),
        test::raw("\xd7\xff\xff\xff\xff\xff\xff\xff\xff\xff"), test::raw("\xd4\xffx"), test::raw("\xc7\x00\x64")}) {
    const std::string text = test::decode_error<leat::msgpack, chr::microseconds>(test::raw("\x91") + item);
    CHECK(text == "leat: record 0: expected datetime.timedelta, got msgpack.ExtType msgpack.ExtType()");
  }
  using time = chr::sys_time<chr::nanoseconds>;
  CHECK(test::decode<leat::msgpack, time>(test::raw("\x92\xd6\xff\0\0\0\x01\xd7\xff\0\0\0\x0c\0\0\0\x02")) ==
        std::vector<time>{time(1s), time(2s + 3ns)});
  CHECK(test::decode_error<leat::msgpack, chr::sys_time<chr::microseconds>>(test::raw("\x91\xd7\xff\0\0\0\x0c\0\0\0\x02")) !=
        "");
}

}  // namespace
}  // namespace wire_types
