// SPDX-License-Identifier: BSL-1.0
#include <leat/shuffle/hash.hpp>
#include <leat/shuffle/merge_sort.hpp>
#include <leat/shuffle/ranges.hpp>
#include <leat/shuffle/runs.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "../volume.hpp"

namespace shuffle_tables {
namespace {

struct sum_ops {
  using input = std::pair<std::int64_t, std::int64_t>;
  using entry = input;
  static constexpr bool grows = false;
  static const std::int64_t& key(const entry& e) { return e.first; }
  entry make(input&& x) const { return x; }
  void add(entry& e, input&& x) const { e.second += x.second; }
  void merge(entry& e, entry&& x) const { e.second += x.second; }
};

TEST_CASE("hash: equal keys, spread, compound keys") {
  CHECK(leat::hash<std::string>()("abc") == leat::hash<std::string_view>()("abc"));
  CHECK(leat::core::key_hash(0.0) == leat::core::key_hash(-0.0));
  CHECK(leat::core::key_hash(std::pair(1, 2)) != leat::core::key_hash(std::pair(2, 1)));
  CHECK(leat::core::key_hash(std::optional<int>()) != leat::core::key_hash(std::optional(0)));
  CHECK(leat::core::key_hash(std::vector{1}) != leat::core::key_hash(std::vector{1, 1}));
  static_assert(leat::core::shuffle_key<std::tuple<int, std::string, std::optional<std::vector<std::array<char, 2>>>>>);
  struct unknown {};
  static_assert(!leat::core::shuffle_key<unknown>);
  static_assert(!leat::core::shuffle_key<std::pair<int, unknown>>);
  // Multiples of a power of two fill every bucket, and strings of all lengths differ.
  for (int shift : {0, 4, 16, 24}) {
    std::vector<int> filled(256);
    for (std::int64_t i = 0; i < 256 * 40; ++i) ++filled[leat::core::bucket_of(leat::core::key_hash(i << shift), 256)];
    CHECK(*std::min_element(filled.begin(), filled.end()) > 10);
    CHECK(*std::max_element(filled.begin(), filled.end()) < 90);
  }
  std::set<std::uint64_t> hashes;
  for (std::size_t n = 0; n < 300; ++n) {
    hashes.insert(leat::hash<std::string>()(std::string(n, 'x')));
    hashes.insert(leat::hash<std::string>()(std::string(n, '\0')));
  }
  CHECK(hashes.size() == 599);
}

// Keys in their order: each equals itself, also in its hash, and stands before all later ones.
template <class K>
void ordered(const std::vector<K>& keys) {
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t j = 0; j < keys.size(); ++j) {
      CAPTURE(i);
      CAPTURE(j);
      CHECK(leat::core::same_key(keys[i], keys[j]) == (i == j));
      CHECK(leat::core::key_order<K>{false}(keys[i], keys[j]) == (i < j));
      CHECK((leat::core::key_hash(keys[i]) == leat::core::key_hash(keys[j])) == (i == j));
    }
}

TEST_CASE("keys: NaN is one key and stands last, also inside of pairs, tuples, arrays, vectors and optionals") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  ordered<double>({-infinity, -1, 0, 2, infinity, nan});
  ordered<float>({-1, 0, 2, static_cast<float>(nan)});
  ordered<long double>({-1, 0, 2, nan});
  ordered<int>({-1, 0, 2});
  ordered<std::pair<double, int>>({{1, 7}, {nan, 1}, {nan, 2}});
  ordered<std::pair<int, double>>({{1, 7}, {1, nan}, {2, 0}});
  ordered<std::tuple<std::string, float>>({{"", nan}, {"a", 1}, {"a", nan}});
  ordered<std::array<double, 2>>({{1, nan}, {2, 1}, {nan, 0}, {nan, nan}});
  ordered<std::vector<double>>({{}, {1}, {1, nan}, {nan}, {nan, 1}});
  ordered<std::optional<double>>({std::nullopt, 1, nan});
  ordered<std::vector<std::optional<std::pair<int, double>>>>({{}, {std::nullopt}, {{{1, 0}}}, {{{1, nan}}}});
  ordered<std::vector<bool>>({{}, {false}, {true}});
  const double other = std::copysign(std::nan("1"), -1);
  CHECK((leat::core::same_key(nan, other) && leat::core::key_hash(nan) == leat::core::key_hash(other)));
  CHECK((leat::core::same_key(0.0, -0.0) && leat::core::key_hash(0.0) == leat::core::key_hash(-0.0)));
  static_assert(!leat::core::shuffle_key<const char*> && !leat::core::shuffle_key<std::pair<int, char*>>);
}

TEST_CASE("block: bool, moves, growth") {
  leat::core::block<bool> bits;
  for (int i = 0; i < 100; ++i) bits.emplace_back(i % 3 == 0);
  CHECK(std::count(bits.begin(), bits.end(), true) == 34);
  leat::core::block<std::unique_ptr<int>> owners;
  for (int i = 0; i < 100; ++i) owners.emplace_back(std::make_unique<int>(i));
  auto moved = std::move(owners);
  CHECK(*moved[99] == 99);
  moved.truncate(3);
  CHECK(moved.size() == 3);
}

/// Counts those that live, and throws at the copy that it is told.
struct counted {
  static inline int living = 0, copies_left = -1;
  int value;

  explicit counted(int x) : value(x) { ++living; }
  counted(const counted& other) : value(other.value) {
    if (copies_left == 0) throw std::runtime_error("no more copies");
    --copies_left;
    ++living;
  }
  counted(counted&& other) noexcept : value(std::exchange(other.value, -1)) { ++living; }
  counted& operator=(counted&& other) noexcept = default;
  ~counted() { --living; }
};

TEST_CASE("block: each element is made and ended once, through growth, truncation, moves and failed copies") {
  using leat::core::block;
  {
    block<counted> a;
    CHECK((a.empty() && a.room() == 0 && a.begin() == a.end()));
    for (int i = 0; i < 17; ++i) a.emplace_back(i);
    CHECK((a.size() == 17 && a.room() == 32 && counted::living == 17));
    a.truncate(10);
    CHECK((a.size() == 10 && a.room() == 32 && counted::living == 10));
    a.reserve(20);
    CHECK(a.room() == 32);
    a.reserve(33);
    CHECK((a.room() == 33 && a[9].value == 9 && counted::living == 10));

    block<counted> b(std::move(a));
    CHECK((a.empty() && a.room() == 0 && b.size() == 10));
    a.emplace_back(100);
    a = std::move(b);  // they change places
    CHECK((a.size() == 10 && b.size() == 1 && b[0].value == 100));

    const leat::core::slice<const counted> first(a.begin(), 5);
    b.reserve(20);
    b.append(first);
    CHECK((b.size() == 6 && b[5].value == 4 && a[4].value == 4));
    counted::copies_left = 3;
    CHECK_THROWS_AS(b.append(first), std::runtime_error);
    counted::copies_left = -1;
    CHECK((b.size() == 6 && counted::living == 16));
    b.clear();
    CHECK((b.empty() && counted::living == 10));
  }
  CHECK(counted::living == 0);
}

TEST_CASE("combine: writers and readers against a map") {
  const unsigned seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (std::int64_t keys : {1, 50, 5000, 1'000'000}) {
    leat::core::memory_account account(0);
    std::map<std::int64_t, std::int64_t> reference;
    leat::core::block<leat::core::shuffle_output<sum_ops::entry>> outputs;
    for (int task = 0; task < 3; ++task) {
      leat::core::combine_writer<sum_ops> writer({}, 64, leat::core::reservation(account, "test"));
      for (int c = 0; c < test::volume(150); ++c) {
        std::vector<sum_ops::input> chunk(1000);
        for (auto& [k, v] : chunk) {
          k = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(keys)) << 20, v = c;
          reference[k] += v;
        }
        writer({chunk.data(), chunk.size()});
      }
      outputs.emplace_back(writer.finish());
    }
    CHECK(account.used() > 0);
    leat::core::block<sum_ops::entry> all;
    leat::core::combine_reader<sum_ops> reader({}, all);
    for (std::size_t b = 0; b < 64; ++b) reader(outputs, b, true);
    CHECK(std::map<std::int64_t, std::int64_t>(all.begin(), all.end()) == reference);
    CHECK(all.size() == reference.size());
    outputs.clear();
    CHECK(account.used() == 0);
  }
}

TEST_CASE("merge sort: stable, any length") {
  std::mt19937 random(11);
  for (std::size_t n = 0; n < 300; ++n) {
    leat::core::block<std::pair<unsigned, std::size_t>> items;
    for (std::size_t i = 0; i < n; ++i) items.emplace_back(random() % 20, i);
    leat::core::merge_sort(items, [](auto const& a, auto const& b) { return a.first < b.first; }, [] {});
    CHECK(std::is_sorted(items.begin(), items.end()));
  }
}

TEST_CASE("merge sort: stable for what only moves, with NaN last, descending too; asks before each pass") {
  std::mt19937 random(12);
  using key = std::optional<double>;
  using item = std::pair<key, std::unique_ptr<std::size_t>>;
  for (const std::size_t n : {0, 1, 2, 15, 16, 17, 31, 32, 33, 100, 1000})
    for (const bool descending : {false, true}) {
      const leat::core::key_order<key> order{descending};
      leat::core::block<item> items;
      std::vector<std::pair<key, std::size_t>> reference;
      for (std::size_t i = 0; i < n; ++i) {
        const unsigned r = random() % 8;
        const key k = r == 0 ? key() : r == 1 ? key(std::nan("")) : key(static_cast<double>(r));
        items.emplace_back(k, std::make_unique<std::size_t>(i));
        reference.emplace_back(k, i);
      }
      std::sort(reference.begin(), reference.end(),
                [&](auto& a, auto& b) { return order(a.first, b.first) || (!order(b.first, a.first) && a.second < b.second); });
      std::size_t passes = 0, width = 16, expected = 0;
      for (; width < n; width *= 2) ++expected;
      leat::core::merge_sort(items, [&](auto& a, auto& b) { return order(a.first, b.first); }, [&] { ++passes; });
      REQUIRE(items.size() == n);
      for (std::size_t i = 0; i < n; ++i) REQUIRE(*items[i].second == reference[i].second);
      CHECK(passes == expected);
    }
}

TEST_CASE("merge runs: of any length, also empty ones, equal elements in the order of the runs") {
  std::mt19937 random(13);
  for (int turn = 0; turn < test::volume(300); ++turn) {
    leat::core::block<std::pair<unsigned, std::size_t>> items;
    std::vector<std::size_t> ends{0};
    for (std::size_t run = random() % 9; run > 0; --run) {
      std::vector<unsigned> keys(random() % 6);
      for (unsigned& k : keys) k = random() % 5;
      std::sort(keys.begin(), keys.end());
      for (const unsigned k : keys) items.emplace_back(k, items.size());
      ends.push_back(items.size());
    }
    const std::size_t n = items.size();
    leat::core::merge_runs(items, ends, [](auto& a, auto& b) { return a.first < b.first; }, [] {});
    REQUIRE(items.size() == n);
    REQUIRE(std::is_sorted(items.begin(), items.end()));
  }
}

TEST_CASE("range bounds: strictly growing, below the largest, as many as can be") {
  std::mt19937 random(5);
  const leat::core::key_order<unsigned> less{false};
  for (int turn = 0; turn < 500; ++turn) {
    std::vector<unsigned> samples(random() % 50);
    const unsigned different = 1 + random() % 30;
    for (unsigned& x : samples) x = random() % different;
    std::sort(samples.begin(), samples.end());
    const std::size_t parts = 1 + random() % 20, keys = std::set<unsigned>(samples.begin(), samples.end()).size();
    const auto bounds = leat::core::range_bounds(samples, parts, less);
    CHECK(bounds.size() + 1 == std::max<std::size_t>(1, std::min(parts, keys)));
    CHECK(std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()) == bounds.end());
    if (!bounds.empty()) CHECK(bounds.back() < samples.back());
  }
}

TEST_CASE("footprint: what strings and containers hold") {
  CHECK(leat::core::heap_bytes(42) == 0);
  CHECK(leat::core::heap_bytes(std::string("short")) == 0);
  CHECK(leat::core::heap_bytes(std::string(1000, 'x')) == 1001);
  CHECK(leat::core::heap_bytes(std::vector<int>(100)) == 400);
  CHECK(leat::core::heap_bytes(std::pair(1, std::vector<std::string>(2, std::string(100, 'x')))) ==
        2 * sizeof(std::string) + 202);
  CHECK(leat::core::heap_bytes(std::optional(std::string(100, 'x'))) == 101);
  CHECK(leat::core::heap_bytes(std::map<int, int>{{1, 2}}) >= sizeof(std::pair<const int, int>));
  CHECK(leat::core::heap_bytes(std::make_unique<int>(1)) == 0);
}

struct knows_its_own {
  std::size_t n;
  std::vector<int> hidden{};
  std::size_t heap_bytes() const { return n; }
};

TEST_CASE("footprint: of many, all are taken for like some of them") {
  using leat::core::footprint;
  const auto of = [](auto const& xs) {
    return footprint<typename std::decay_t<decltype(xs)>::value_type>({xs.data(), xs.size()});
  };
  CHECK(of(std::vector<int>()) == 0);
  CHECK(of(std::vector<std::string>()) == 0);
  CHECK(of(std::vector<int>(100)) == 400);
  for (const std::size_t n : {1u, 63u, 64u, 65u, 127u, 128u, 1000u}) {
    CAPTURE(n);
    CHECK(of(std::vector<std::string>(n, std::string(99, 'x'))) == n * (sizeof(std::string) + 100));
    CHECK(of(std::vector<knows_its_own>(n, knows_its_own{10})) == n * (sizeof(knows_its_own) + 10));
  }
  CHECK(leat::core::heap_bytes(std::vector<bool>(1000)) >= 1000 / 8);
  CHECK(leat::core::heap_bytes(std::deque<int>(10)) >= 40);
  CHECK(leat::core::heap_bytes(std::optional<std::string>()) == 0);
}

TEST_CASE("traits: what is trivially moved, and what can be copied all the way down") {
  using leat::core::copies, leat::core::trivially_moved;
  using owner = std::unique_ptr<int>;
  static_assert(trivially_moved<int> && trivially_moved<std::pair<int, double>> && trivially_moved<std::array<char, 64>>);
  static_assert(!trivially_moved<std::array<char, 65>> && !trivially_moved<std::string>);
  static_assert(copies<int> && copies<std::vector<std::string>> && copies<std::map<int, std::string>>);
  static_assert(!copies<owner> && !copies<std::vector<owner>> && !copies<std::vector<std::vector<owner>>>);
  static_assert(!copies<std::pair<int, owner>> && !copies<std::map<int, owner>> && !copies<std::tuple<int, owner>>);
}

}  // namespace
}  // namespace shuffle_tables
