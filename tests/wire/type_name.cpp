// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/codec/codecs.hpp>
#include <leat/wire/opaque.hpp>
#include <leat/wire/pickle.hpp>

#include <doctest/doctest.h>

#include <deque>
#include <list>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace wire_type_name {
namespace {

using leat::wire::type_name;

TEST_CASE("type_name: the annotations of the type table") {
  CHECK(type_name<bool>() == "bool");
  CHECK(type_name<std::int8_t>() == "int");
  CHECK(type_name<const std::uint64_t&>() == "int");
  CHECK(type_name<float>() == "float");
  CHECK(type_name<double>() == "float");
  CHECK(type_name<std::string>() == "str");
  CHECK(type_name<std::string_view>() == "str");
  CHECK(type_name<decltype("abc")>() == "str");
  CHECK(type_name<leat::bytes>() == "bytes");
  CHECK(type_name<std::monostate>() == "None");
  CHECK(type_name<std::nullptr_t>() == "None");
  CHECK(type_name<std::vector<bool>>() == "list[bool]");
  CHECK(type_name<std::deque<int>>() == "list[int]");
  CHECK(type_name<std::list<std::list<int>>>() == "list[list[int]]");
  CHECK(type_name<std::pair<int, std::string>>() == "tuple[int, str]");
  CHECK(type_name<std::tuple<>>() == "tuple[()]");
  CHECK(type_name<std::array<int, 2>>() == "tuple[int, int]");
  CHECK(type_name<std::map<std::string, std::vector<int>>>() == "dict[str, list[int]]");
  CHECK(type_name<std::unordered_map<int, double>>() == "dict[int, float]");
  CHECK(type_name<std::set<std::string>>() == "set[str]");
  CHECK(type_name<std::unordered_set<int>>() == "set[int]");
  CHECK(type_name<std::optional<int>>() == "int | None");
  CHECK(type_name<leat::opaque>() == "object");
  struct unknown {};
  CHECK(type_name<unknown>() == "object");
}

TEST_CASE("pickle: what crosses is decided at compile time") {
  using leat::pickle;
  struct unknown {};
  static_assert(pickle::encodable<const int&> && pickle::decodable<int>);
  static_assert(pickle::encodable<const char*> && !pickle::decodable<const char*>);
  static_assert(pickle::encodable<std::string_view> && !pickle::decodable<std::string_view>);
  static_assert(!pickle::encodable<unknown> && !pickle::encodable<std::vector<unknown>>);
  static_assert(!pickle::encodable<std::tuple<int, unknown>> && !pickle::encodable<std::optional<unknown>>);
  static_assert(!pickle::encodable<char> && !pickle::encodable<wchar_t> && !pickle::encodable<char8_t>);
  static_assert(!pickle::encodable<char16_t> && !pickle::encodable<char32_t> && !pickle::encodable<std::u16string>);
  static_assert(!pickle::encodable<int*> && !pickle::encodable<long double>);
  static_assert(pickle::decodable<std::map<std::tuple<int, std::string>, std::vector<bool>>>);
  static_assert(!pickle::encodable<std::map<std::vector<int>, int>>, "a list is no key");
  static_assert(pickle::encodable<std::set<std::set<int>>>, "a set holds frozensets");
  static_assert(!pickle::encodable<std::set<std::map<int, int>>>, "a set holds no dicts");
  static_assert(!pickle::encodable<std::multimap<int, int>> && !pickle::encodable<std::multiset<int>>);
  static_assert(!pickle::encodable<leat::opaque> && leat::wire::opaque_wire::encodable<leat::opaque>);
  static_assert(!leat::wire::opaque_wire::encodable<int>);
}

}  // namespace
}  // namespace wire_type_name
