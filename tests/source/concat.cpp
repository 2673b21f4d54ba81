// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <list>
#include <memory>
#include <ranges>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "../stage/support.hpp"

namespace source_concat {
namespace {

using vector = std::vector<int>;
using strings = std::vector<std::string>;

static_assert((leat::concat(std::array{1, 2}, std::array{3}, leat::iota(4, 6)) | leat::sum()) == 15);
static_assert((leat::concat(std::array{1, 2}, leat::iota(5L)) | leat::take(4) | leat::sum()) == 14L);
static_assert(leat::concat(std::array{1, 2}, std::array{3}).size() == 3);

template <class... R>
using element = std::ranges::range_reference_t<decltype(leat::concat(std::declval<R>()...))>;
static_assert(std::same_as<element<vector&, std::list<int>&>, int&>);
static_assert(std::same_as<element<vector&, const vector&>, const int&>);
static_assert(std::same_as<element<vector&, std::vector<long>&>, long>);
static_assert(std::same_as<element<vector&, decltype(leat::iota(1))>, int>);
static_assert(std::same_as<element<std::vector<bool>&, std::array<bool, 2>&>, bool>);
static_assert(std::same_as<element<strings&, std::vector<std::string_view>&>, std::string_view>);

/// Strings that are made at each reading.
auto made(int n) {
  return std::views::iota(0, n) | std::views::transform([](int i) { return std::to_string(i); });
}

TEST_CASE("concat equals its loops") {
  probe::with_random_input([](const std::vector<int>& v) {
    const auto half = static_cast<std::ptrdiff_t>(v.size() / 2);
    const std::list<int> head(v.begin(), v.begin() + half), none;
    const vector first(v.begin(), v.begin() + half), tail(v.begin() + half, v.end());
    CHECK((leat::concat(head, tail) | leat::to_vector()) == v);
    CHECK((leat::concat(none, head, none, tail, none) | leat::to_vector()) == v);
    CHECK(probe::pulled(leat::concat(none, head, none, tail)) == v);
    CHECK(probe::pulled(leat::concat(head, vector(tail)) | leat::filter([](int) { return true; })) == v);
    auto all = leat::concat(probe::unsized(first), tail | leat::map([](int x) { return x; }));
    CHECK((all | leat::to_vector()) == v);
    CHECK(probe::pulled(all) == v);
    CHECK(leat::concat(head, tail, tail).size() == head.size() + 2 * tail.size());
  });
}

TEST_CASE("concat of nothing but empty ranges, and of one") {
  CHECK((leat::concat(vector{}, std::list<int>{}) | leat::count()) == 0);
  CHECK(probe::pulled(leat::concat(vector{}, std::list<int>{})).empty());
  CHECK((leat::concat(vector{1, 2}) | leat::to_vector()) == vector{1, 2});
}

TEST_CASE("an early stop asks no further range") {
  int asked = 0, behind = 0;
  auto all = leat::concat(vector{7}, probe::counted(asked), probe::counted(behind));
  CHECK((all | leat::take(1) | leat::to_vector()) == vector{7});
  CHECK(asked == 0);
  CHECK((all | leat::take(4) | leat::to_vector()) == vector{7, 0, 1, 2});
  CHECK(asked == 3);
  asked = 0;
  CHECK(probe::pulled(leat::concat(vector{7}, probe::counted(asked)) | leat::take(3)) == vector{7, 0, 1});
  CHECK(asked == 2);
  CHECK(behind == 0);
}

TEST_CASE("lvalues are borrowed and may be changed, owned containers move, once") {
  vector a{1, 2}, b{3};
  leat::concat(a, b) | leat::for_each([](int& x) { x *= 10; });
  for (int& x : leat::concat(a, b)) ++x;
  CHECK(a == vector{11, 21});
  CHECK(b == vector{31});

  auto kept = probe::tracked_up_to(2);
  CHECK((leat::concat(kept, std::span(kept)) | leat::to_vector()).size() == 4);
  CHECK(probe::tracked::copies == 4);
  auto other = probe::tracked_up_to(3);
  CHECK((leat::concat(std::move(kept), std::move(other)) | leat::to_vector()).back().value == 2);
  CHECK(probe::tracked::copies == 0);

  auto pointers = leat::concat(probe::pointers(2), probe::pointers(3)) | leat::to_vector();
  CHECK(*pointers.back() == 2);
  auto borrowed = probe::pointers(2);
  CHECK((leat::concat(borrowed, borrowed) | leat::map([](auto& p) { return *p; }) | leat::to_vector()) == vector{0, 1, 0, 1});
}

TEST_CASE("elements that are owned beside elements that are borrowed or made") {
  const std::string longer(40, 'x');
  const strings kept{longer};
  strings changing{longer};
  const strings expected{longer, "0", "1", longer};
  auto all = leat::concat(strings{longer}, made(2), kept);
  for (int pass = 0; pass < 2; ++pass) {
    CHECK(probe::pulled(all) == expected);
    CHECK((all | leat::to_vector()) == expected);
  }
  CHECK((leat::concat(strings{longer}, made(2), kept) | leat::to_vector()) == expected);
  CHECK((leat::concat(strings{longer}, made(2), changing) | leat::to_vector()) == expected);
  CHECK(changing[0] == longer);
  auto pairs = leat::concat(leat::zip(strings{longer}, vector{1}), std::vector{std::pair(longer, 2)});
  for (int pass = 0; pass < 2; ++pass) CHECK((pairs | leat::keys() | leat::to_vector()) == strings{longer, longer});
  CHECK((std::move(pairs) | leat::keys() | leat::to_vector()) == strings{longer, longer});
}

TEST_CASE("elements of several types come as their common one") {
  CHECK((leat::concat(vector{1}, std::vector<double>{2.5}) | leat::to_vector()) == std::vector<double>{1, 2.5});
  CHECK((leat::concat(std::vector<bool>{true}, std::array{false}) | leat::to_vector()) == std::vector<bool>{true, false});
  const std::vector<const char*> names{"a"};
  CHECK((leat::concat(strings{"b"}, names) | leat::to_vector()) == strings{"b", "a"});
}

TEST_CASE("concat of lines, of a stream's and of files") {
  const std::string path = "/tmp/leat-concat-" + std::to_string(::getpid());
  std::ofstream(path) << "one\ntwo";
  std::istringstream in("three\nfour\n");
  CHECK((leat::concat(leat::lines(path), leat::lines(in), leat::lines(path)) | leat::to_vector()) ==
        strings{"one", "two", "three", "four", "one", "two"});
  auto both = leat::concat(leat::lines(path), leat::lines(path)) | leat::map(&std::string::size);
  for (int pass = 0; pass < 2; ++pass) CHECK(probe::pulled(both) == std::vector<std::size_t>{3, 3, 3, 3});
  CHECK((both | leat::take(3) | leat::count()) == 3);
  ::unlink(path.c_str());
}

TEST_CASE("concat knows how many there are where all its ranges do") {
  const vector v{1, 2, 3};
  CHECK((leat::concat(v, leat::iota(0, 9)) | probe::hint_sink()).n == 12);
  CHECK((leat::concat(v, leat::iota(0, 9)) | probe::hint_sink()).known == leat::start_info::exact);
  CHECK((leat::concat(v, probe::unsized(v)) | probe::hint_sink()).known == leat::start_info::unknown);
}

}  // namespace
}  // namespace source_concat
