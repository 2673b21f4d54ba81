// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>
#include <leat/stage/views.hpp>

#include <boost/container/small_vector.hpp>
#include <boost/container/stable_vector.hpp>
#include <boost/range/iterator_range.hpp>
#include <boost/range/sub_range.hpp>
#include <doctest/doctest.h>
#include <range/v3/view/all.hpp>
#include <range/v3/view/concat.hpp>
#include <range/v3/view/cycle.hpp>
#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/reverse.hpp>
#include <range/v3/view/subrange.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/zip.hpp>

#include <array>
#include <deque>
#include <forward_list>
#include <initializer_list>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace core_ownership {
namespace {

namespace rv = ranges::views;
using texts = std::vector<std::string>;

/// Ranges over another's texts: what their users wrote has no base of a view. `Deep` ones yield const texts where they are
/// const.
template <bool Deep>
struct own_span {
  std::string *first, *last;
  std::string* begin() { return first; }
  std::string* end() { return last; }
  std::conditional_t<Deep, const std::string*, std::string*> begin() const { return first; }
  std::conditional_t<Deep, const std::string*, std::string*> end() const { return last; }
};
struct mutable_span {
  std::string *first, *last;
  std::string* begin() { return first; }
  std::string* end() { return last; }
};
struct shared_texts {
  std::shared_ptr<texts> all;
  auto begin() { return all->begin(); }
  auto end() { return all->end(); }
  auto begin() const { return std::as_const(*all).begin(); }
  auto end() const { return std::as_const(*all).end(); }
};
/// As `shared_texts`, and nothing tells it from a container but what it says itself.
struct named_texts {
  static constexpr bool owns_elements = false;
  std::string name;
  texts* all;
  auto begin() { return all->begin(); }
  auto end() { return all->end(); }
  auto begin() const { return std::as_const(*all).begin(); }
  auto end() const { return std::as_const(*all).end(); }
};
struct locked_texts : named_texts {
  std::unique_ptr<int> lock;
};

/// A container of the user's own.
struct bag {
  std::string name;
  texts all;
  auto begin() { return all.begin(); }
  auto end() { return all.end(); }
  auto begin() const { return all.begin(); }
  auto end() const { return all.end(); }
};
/// One that cannot be known for such, until its user says so.
template <class T>
struct heap {
  std::unique_ptr<T[]> all;
  std::size_t n = 0;
  T* begin() const { return all.get(); }
  T* end() const { return all.get() + n; }
};

}  // namespace
}  // namespace core_ownership

template <>
inline constexpr bool leat::enable_owning_range<core_ownership::locked_texts> = false;
template <>
inline constexpr bool leat::enable_owning_range<core_ownership::heap<std::unique_ptr<int>>> = true;

namespace core_ownership {
namespace {

const texts whole(3, std::string(60, 'h'));

/// `make(texts&)` yields a range over texts that are not its own: in no way of reading it are they moved.
template <class Make>
void leaves(const std::string& name, Make make) {
  CAPTURE(name);
  texts v = whole;
  const auto same = leat::map([](auto x) { return x; });
  auto check = [&](const std::string& how, std::size_t n) {
    CAPTURE(how);
    CHECK(n == 2);
    CHECK(v == whole);
    v = whole;
  };
  check("rvalue", (make(v) | leat::to_vector()).size());
  check("map", (make(v) | same | leat::to_vector()).size());
  auto range = make(v);
  check("lvalue", (range | leat::to_vector()).size());
  check("zip", (leat::zip(make(v), leat::iota(0)) | leat::to_vector()).size());
  check("concat", (leat::concat(make(v), make(v)) | leat::take(2) | leat::to_vector()).size());
  check("flat_map", (leat::iota(0, 1) | leat::flat_map([&](int) { return make(v); }) | leat::to_vector()).size());
  std::size_t pulled = 0;
  for (auto&& x : make(v) | leat::filter([](auto const&) { return true; })) {
    auto taken = std::forward<decltype(x)>(x);
    ++pulled;
  }
  check("pulled", pulled);
}

TEST_CASE("the elements of a range that does not own them are never moved") {
  using span = std::span<std::string>;
  auto two = [](texts& v, auto make) { return make(v.data(), v.data() + 2); };
  leaves("rv::take", [](texts& v) { return v | rv::take(2); });
  leaves("rv::all", [](texts& v) { return rv::all(v) | rv::take(2); });
  leaves("rv::reverse", [](texts& v) { return v | rv::take(2) | rv::reverse; });
  leaves("rv::filter", [](texts& v) { return v | rv::filter([&v](auto const& x) { return &x != &v[0]; }); });
  leaves("rv::enumerate", [](texts& v) { return v | rv::take(2) | rv::enumerate; });
  leaves("rv::concat", [](texts& v) { return rv::concat(v | rv::take(1), v | rv::take(1)); });
  leaves("rv::zip", [](texts& v) { return rv::zip(v, v | rv::take(2)); });
  leaves("rv::zip of three", [](texts& v) { return rv::zip(v, v, v | rv::take(2)); });
  leaves("rv::cycle", [](texts& v) { return v | rv::cycle | rv::take(2); });
  leaves("ranges::subrange", [&](texts& v) { return two(v, [](auto* a, auto* b) { return ranges::subrange(a, b); }); });
  leaves("std::span", [](texts& v) { return span(v).first(2); });
  leaves("boost::iterator_range", [](texts& v) { return boost::make_iterator_range(v.begin(), v.begin() + 2); });
  leaves("boost::sub_range", [](texts& v) { return boost::sub_range<texts>(v.begin(), v.begin() + 2); });
  leaves("own span", [&](texts& v) { return two(v, [](auto* a, auto* b) { return own_span<false>{a, b}; }); });
  leaves("own deep span", [&](texts& v) { return two(v, [](auto* a, auto* b) { return own_span<true>{a, b}; }); });
  leaves("own span that is never const", [&](texts& v) { return two(v, [](auto* a, auto* b) { return mutable_span{a, b}; }); });
  leaves("leat's drop", [](texts& v) { return v | leat::drop(1); });
  leaves("leat's stride", [](texts& v) { return v | leat::stride(2); });
  leaves("views", [](texts& v) { return v | leat::views(rv::take(2)); });
}

TEST_CASE("what shares a container, or says that it owns nothing, is copied from") {
  texts v = whole;
  const auto all = std::make_shared<texts>(whole);
  CHECK((shared_texts{all} | leat::to_vector()) == whole);
  CHECK(*all == whole);
  CHECK((named_texts{"v", &v} | leat::to_vector()) == whole);
  CHECK((locked_texts{{"v", &v}, {}} | leat::to_vector()) == whole);
  CHECK(v == whole);
}

TEST_CASE("an adaptor of views that goes through an owned container again finds its elements") {
  auto repeated = texts(whole) | leat::views(rv::cycle) | leat::take(5) | leat::to_vector();
  CHECK(repeated == texts(5, whole[0]));
  CHECK((texts(whole) | leat::views(rv::take(2)) | leat::to_vector()) == texts(2, whole[0]));
}

/// Elements that count how often they were copied.
struct item {
  static inline int copies = 0;
  int n = 0;
  item(int k) : n(k) {}
  item(const item& o) : n(o.n) { ++copies; }
  item(item&& o) noexcept : n(o.n) {}
  item& operator=(const item& o) { return n = o.n, ++copies, *this; }
  item& operator=(item&& o) noexcept { return n = o.n, *this; }
};

template <class R>
void moves(const std::string& name, R range) {
  CAPTURE(name);
  const R again = range;
  item::copies = 0;
  CHECK((std::move(range) | leat::to_vector()).size() == 2);
  CHECK(item::copies == 0);
  range = again;
  item::copies = 0;
  CHECK((leat::iota(0, 1) | leat::flat_map([&](int) { return std::move(range); }) | leat::to_vector()).size() == 2);
  CHECK(item::copies == 0);
}

TEST_CASE("the elements of a temporary container are moved") {
  const std::initializer_list<item> two{1, 2};
  moves("vector", std::vector<item>(two));
  moves("deque", std::deque<item>(two));
  moves("list", std::list<item>(two));
  moves("forward_list", std::forward_list<item>(two));
  moves("array", std::array<item, 2>{1, 2});
  moves("small_vector", boost::container::small_vector<item, 1>(two.begin(), two.end()));
  moves("stable_vector", boost::container::stable_vector<item>(two.begin(), two.end()));
  item::copies = 0;
  CHECK((std::map<int, item>{{1, 1}} | leat::values() | leat::to_vector()).size() == 1);
  CHECK(item::copies == 1);  // into the map
  bag b{"b", whole};
  const char* text = b.all[0].data();
  const auto taken = std::move(b) | leat::to_vector();
  CHECK(taken[0].data() == text);
}

TEST_CASE("the elements of a temporary pipeline over an owned container are moved, at each stage") {
  std::vector<item> v{1, 2, 3}, w = v;
  item::copies = 0;
  CHECK((std::move(v) | leat::drop(1) | leat::filter([](const item&) { return true; }) | leat::to_vector()).size() == 2);
  CHECK((std::move(w) | leat::stride(2) | leat::to_vector()).size() == 2);
  CHECK(item::copies == 0);
  std::vector<std::unique_ptr<int>> only(3);
  only = leat::concat(std::move(only), std::vector<std::unique_ptr<int>>(2)) | leat::to_vector();
  CHECK(only.size() == 5);
  CHECK((leat::zip(std::move(only), leat::iota(0)) | leat::to_vector()).size() == 5);
  CHECK((leat::generate([] { return std::optional(std::make_unique<int>(1)); }) | leat::take(2) | leat::to_vector()).size() ==
        2);
  heap<std::unique_ptr<int>> told{std::make_unique<std::unique_ptr<int>[]>(3), 3};
  CHECK((std::move(told) | leat::to_vector()).size() == 3);
}

}  // namespace
}  // namespace core_ownership
