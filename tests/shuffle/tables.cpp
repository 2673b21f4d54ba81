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

}  // namespace

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

namespace {

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

}  // namespace

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
