// SPDX-License-Identifier: BSL-1.0
#include <leat/shuffle/combine_table.hpp>
#include <leat/shuffle/memory.hpp>
#include <leat/shuffle/runs.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "../volume.hpp"

namespace shuffle_combine {

/// A key whose hash is always the same.
struct same_hash {
  std::int64_t value;
  friend auto operator<=>(const same_hash&, const same_hash&) = default;
};

}  // namespace shuffle_combine

template <>
struct leat::hash<shuffle_combine::same_hash> {
  std::uint64_t operator()(const shuffle_combine::same_hash&) const { return 7; }
};

namespace shuffle_combine {
namespace {

using leat::core::memory_account;
using leat::core::reservation;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Keys that look alike in one way or another, by number.
template <class K>
K key_of(std::int64_t i);
template <>
std::int64_t key_of(std::int64_t i) {
  return i << 32;
}
template <>
same_hash key_of(std::int64_t i) {
  return {i};
}
template <>
std::string key_of(std::int64_t i) {
  return std::string(static_cast<std::size_t>(i % 40), 'x') + std::to_string(i);
}
template <>
double key_of(std::int64_t i) {
  return i == 0 ? -0.0 : i == 1 ? nan : static_cast<double>(i);
}
template <>
std::pair<double, std::string> key_of(std::int64_t i) {
  return {i % 2 == 0 ? nan : 0.0, std::to_string(i / 2)};
}
/// The same key in another form, where it has one.
template <class K>
K twin(const K& k) {
  return k;
}
double twin(double k) { return k != k ? -nan : k == 0 ? 0.0 : k; }
std::pair<double, std::string> twin(const std::pair<double, std::string>& k) {
  return {k.first != k.first ? -nan : -0.0, k.second};
}

/// Counts and adds; a value may be one that only moves.
template <class K, class V = std::int64_t>
struct adding {
  using input = std::pair<K, V>;
  using entry = input;
  static constexpr bool grows = false;
  static const K& key(const entry& e) { return e.first; }
  entry make(input&& x) const { return std::move(x); }
  void add(entry& e, input&& x) const {
    if constexpr (std::is_arithmetic_v<V>)
      e.second += x.second;
    else
      *e.second += *x.second;
  }
  void merge(entry& e, entry&& x) const { add(e, std::move(x)); }
};
template <class V>
V value_of(std::int64_t x) {
  if constexpr (std::is_arithmetic_v<V>)
    return x;
  else
    return std::make_unique<std::int64_t>(x);
}
std::int64_t number_of(std::int64_t x) { return x; }
std::int64_t number_of(const std::unique_ptr<std::int64_t>& x) { return *x; }

// ---- combine_table

template <class K, class V>
void table_of(std::int64_t n) {
  using ops = adding<K, V>;
  using leat::core::key_hash;
  leat::core::block<typename ops::entry> entries;
  entries.emplace_back(key_of<K>(0), value_of<V>(-1));  // what was there before is not looked at
  leat::core::combine_table<ops> table(entries);
  const auto put = [&](K key, std::int64_t x) {
    const auto hash = key_hash(key);
    return table.put(
        hash, typename ops::input(std::move(key), value_of<V>(x)), [](auto& e, auto&& y) { ops().add(e, std::move(y)); },
        [](auto&& y) { return std::move(y); });
  };
  for (int turn = 0; turn < 2; ++turn) {  // the second one after `clear` and `restart`
    const std::size_t before = entries.size();
    for (std::int64_t i = 0; i < n; ++i) REQUIRE(put(key_of<K>(i), i));
    for (std::int64_t i = n; i-- > 0;) REQUIRE(!put(twin(key_of<K>(i)), 1000 * i));
    REQUIRE(table.size() == static_cast<std::size_t>(n));
    REQUIRE(entries.size() == before + table.size());
    for (std::int64_t i = 0; i < n; ++i) {  // in the order in which they came first
      auto const& e = entries[before + static_cast<std::size_t>(i)];
      REQUIRE(leat::core::same_key(e.first, key_of<K>(i)));
      REQUIRE(number_of(e.second) == 1001 * i);
    }
    CHECK(table.index_bytes() / sizeof(std::uint64_t) >= 2 * table.size());
    CHECK(table.large() == (table.index_bytes() > 16384 * sizeof(std::uint64_t)));
    table.clear();
    CHECK((table.size() == 0 && entries.size() == before));
    CHECK(put(key_of<K>(1), 5));
    table.restart();
    CHECK((table.size() == 0 && entries.size() == before + 1 && number_of(entries[before].second) == 5));
  }
  CHECK(number_of(entries[0].second) == -1);
}

TEST_CASE("combine table: every key once, in the order in which they came, at any size") {
  for (const std::int64_t n : {0, 1, 7, 8, 9, 31, 32, 33, 2047, 2048, 2049, 8191, 8192, 8193, 40'000}) {
    CAPTURE(n);
    table_of<std::int64_t, std::int64_t>(n);
    table_of<double, std::unique_ptr<std::int64_t>>(n);
    if (n > 2049) continue;
    table_of<std::string, std::unique_ptr<std::int64_t>>(n);
    table_of<std::pair<double, std::string>, std::int64_t>(n);
  }
  for (const std::int64_t n : {1, 9, 300}) table_of<same_hash, std::unique_ptr<std::int64_t>>(n);
}

// ---- by_bucket

TEST_CASE("runs: entries stand by bucket, in their order within each") {
  std::mt19937 random(3);
  for (const std::size_t n : {0u, 1u, 2u, 100u, 5000u})
    for (const std::size_t buckets : {1u, 2u, 7u, 64u, 1000u}) {
      leat::core::block<std::unique_ptr<std::size_t>> entries;
      leat::core::block<std::uint32_t> hashes;
      std::vector<std::pair<std::uint32_t, std::size_t>> reference;
      for (std::size_t i = 0; i < n; ++i) {
        entries.emplace_back(std::make_unique<std::size_t>(i));
        hashes.emplace_back(static_cast<std::uint32_t>(random()));
        reference.emplace_back(leat::core::bucket_of(hashes[i], buckets), i);
      }
      if (n > 2)
        hashes[0] = 0, hashes[1] = ~0u, reference[0].first = 0, reference[1].first = static_cast<std::uint32_t>(buckets - 1);
      std::sort(reference.begin(), reference.end());
      const auto run = leat::core::by_bucket(entries, hashes, buckets);
      REQUIRE(run.begins.size() == buckets + 1);
      CHECK((run.begins.front() == 0 && run.begins.back() == n));
      for (std::size_t i = 0; i < n; ++i) {
        REQUIRE(*run.entries[i] == reference[i].second);
        REQUIRE(run.hashes[i] == hashes[reference[i].second]);
        REQUIRE((run.begins[reference[i].first] <= i && i < run.begins[reference[i].first + 1]));
      }
      CHECK(run.bytes() == n * (sizeof(void*) + 4) + 4 * (buckets + 1));
    }
}

// ---- combine_writer and combine_reader

template <class Ops>
using outputs = leat::core::block<leat::core::shuffle_output<typename Ops::entry>>;

template <class Ops>
std::map<std::int64_t, std::int64_t> read(outputs<Ops>& from, std::size_t buckets, bool keep) {
  leat::core::block<typename Ops::entry> all;
  leat::core::combine_reader<Ops> reader({}, all);
  for (std::size_t b = 0; b < buckets; ++b) reader(from, b, keep);
  std::map<std::int64_t, std::int64_t> sums;
  for (auto const& [k, v] : all) CHECK(sums.emplace(k >> 32, number_of(v)).second);  // each key once
  return sums;
}

/// Three tasks write keys that repeat `times` times on average; all of it is read twice.
template <class V>
void written(std::size_t n, std::int64_t keys, std::size_t chunk, std::size_t buckets) {
  using ops = adding<std::int64_t, V>;
  memory_account account(0);
  std::mt19937_64 random(n + chunk);
  {
    std::map<std::int64_t, std::int64_t> reference;
    outputs<ops> all;
    for (int task = 0; task < 3; ++task) {
      leat::core::combine_writer<ops> writer({}, buckets, reservation(account, "a test"));
      for (std::size_t left = n; left > 0;) {
        std::vector<typename ops::input> xs;
        for (std::size_t i = std::min(left, chunk); i > 0; --i, --left) {
          const auto k = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(keys));
          reference[k] += k + task;
          xs.emplace_back(key_of<std::int64_t>(k), value_of<V>(k + task));
        }
        writer({xs.data(), xs.size()});
      }
      all.emplace_back(writer.finish());
      if (n == 0) CHECK((all[all.size() - 1].runs.empty() && all[all.size() - 1].held.bytes() == 0));
    }
    if (n > 0) CHECK(account.used() > 0);
    if constexpr (std::is_arithmetic_v<V>) CHECK(read<ops>(all, buckets, true) == reference);
    CHECK(read<ops>(all, buckets, std::is_arithmetic_v<V>) == reference);
  }
  CHECK(account.used() == 0);
}

TEST_CASE("combine: what tasks wrote is read by bucket, whether keys repeat or not, in chunks of any size") {
  for (const std::size_t n : {0u, 1u, 1023u, 1024u, 1025u, 6000u})
    for (const std::int64_t keys : {1, 100, 1'000'000'000})
      for (const std::size_t chunk : {1u, 1000u, 1024u, 6000u}) {
        if (chunk == 1 && n > 1025) continue;
        CAPTURE(n);
        CAPTURE(keys);
        CAPTURE(chunk);
        written<std::int64_t>(n, keys, chunk, chunk % 3 == 0 ? 1 : 16);
        written<std::unique_ptr<std::int64_t>>(n, keys, chunk, 7);
      }
}

/// Entries so large that a table is full with 1,024 of them.
struct wide {
  using input = std::pair<std::int64_t, std::array<char, 1200>>;
  using entry = input;
  static constexpr bool grows = false;
  static const std::int64_t& key(const entry& e) { return e.first; }
  entry make(input&& x) const { return x; }
  void add(entry& e, input&& x) const { e.second[0] = static_cast<char>(e.second[0] + x.second[0]); }
};

TEST_CASE("combine: a full table is given away; one whose keys repeat grows; without repetition there is none") {
  using writer = leat::core::combine_writer<wide>;
  static_assert(writer::least == 1024);
  struct filling {
    std::int64_t n, keys, times;    // elements; different keys in turn, each so many times in a row
    std::vector<std::size_t> runs;  // their entries
  };
  for (auto const& f : std::vector<filling>{{1023, 1023, 1, {1023}},
                                            {1024, 1024, 1, {1024}},
                                            {1025, 1025, 1, {1024, 1}},
                                            {4096, 4096, 1, {1024, 1024, 1024, 1024}},
                                            {4096, 512, 1, {512}},
                                            {4096, 2048, 2, {2048}},
                                            {40'000, 20'000, 2, {16 * 1024, 20'001 - 16 * 1024}},
                                            {4096, 2048, 1, {1024, 1024, 1024, 1024}}}) {
    CAPTURE(f.n);
    CAPTURE(f.times);
    memory_account account(0);
    writer w({}, 4, reservation(account, "a test"));
    std::size_t before = 0;
    for (std::int64_t i = 0; i < f.n; ++i) {
      std::vector<wide::input> one(1);
      one[0].first = i / f.times % f.keys;
      w({one.data(), one.size()});
      before = account.used();
    }
    const auto out = w.finish();
    CHECK(before > 0);
    std::vector<std::size_t> runs;
    std::size_t bytes = 0;
    for (auto const& run : out.runs) {
      runs.push_back(run.entries.size());
      bytes += run.bytes();
    }
    CHECK(runs == f.runs);
    CHECK(account.used() == bytes);
  }
}

struct counting_whole {
  using input = std::int64_t;
  using entry = std::pair<std::int64_t, std::string>;
  static constexpr bool grows = true, whole = true;
  std::size_t* made;
  static const std::int64_t& key(const entry& e) { return e.first; }
  static const std::int64_t& key(const input& x) { return x; }
  entry make(input&& x) const {
    ++*made;
    return {x, "."};
  }
  void add(entry& e, input&&) const { e.second += '.'; }
};

TEST_CASE("combine: where a key must be made once the table grows as far as it must") {
  memory_account account(0);
  std::size_t made = 0;
  leat::core::combine_writer<counting_whole> w({&made}, 8, reservation(account, "a test"));
  const auto keys = static_cast<std::int64_t>(leat::core::combine_writer<counting_whole>::least) * 3;
  for (int turn = 0; turn < 2; ++turn) {
    std::vector<std::int64_t> xs(static_cast<std::size_t>(keys));
    for (std::int64_t i = 0; i < keys; ++i) xs[static_cast<std::size_t>(i)] = i * 977 % keys;
    w({xs.data(), xs.size()});
  }
  const auto out = w.finish();
  REQUIRE(out.runs.size() == 1);
  CHECK((made == static_cast<std::size_t>(keys) && out.runs[0].entries.size() == made));
  for (auto const& [k, text] : out.runs[0].entries) REQUIRE(text == "..");
}

TEST_CASE("combine: what outgrows the limit is refused by name, and all is given back") {
  using ops = adding<std::int64_t>;
  for (const bool finishes : {true, false}) {
    memory_account account(2'000'000);
    std::string text;
    try {
      leat::core::combine_writer<ops> w({}, 8, reservation(account, "the table of a test"));
      for (std::int64_t i = 0; i < (finishes ? 1'000'000 : 20'000); ++i) {
        std::vector<ops::input> one{{i, 1}};
        w({one.data(), one.size()});
      }
      CHECK((account.used() > 0 && account.used() <= 2'000'000));  // and is left without `finish`
    } catch (const leat::memory_limit_exceeded& e) {
      text = e.what();
    }
    CHECK((text.find("the memory limit of 2000000 bytes does not hold the table of a test") != text.npos) == finishes);
    CHECK(account.used() == 0);
  }
}

// ---- memory

std::string refused(memory_account& a, std::size_t bytes) {
  try {
    a.charge(bytes, "this");
  } catch (const leat::memory_limit_exceeded& e) {
    return e.what();
  }
  return {};
}

TEST_CASE("memory account: takes as much as its limit says, and what was refused is not charged") {
  memory_account a(100);
  CHECK((refused(a, 60).empty() && refused(a, 40).empty() && a.used() == 100));
  CHECK(refused(a, 0).empty());
  CHECK(refused(a, 1).find("it asked for 1 bytes more, 101 in all") != std::string::npos);
  CHECK(!refused(a, 101).empty());
  CHECK(!refused(a, ~std::size_t{0}).empty());  // which would begin at 0 again
  CHECK(!refused(a, ~std::size_t{0} - 99).empty());
  CHECK(a.used() == 100);
  a.release(100);
  memory_account any(0);
  CHECK((refused(any, ~std::size_t{0} / 2).empty() && any.limit() == 0));
}

TEST_CASE("reservation: what it holds is given back once, wherever it has gone") {
  memory_account a(1000);
  {
    reservation one(a, "one");
    one.grow(100);
    one.resize(300);
    one.resize(200);
    CHECK((one.bytes() == 200 && a.used() == 200));
    CHECK_THROWS_AS(one.resize(1001), leat::memory_limit_exceeded);
    CHECK((one.bytes() == 200 && a.used() == 200));

    reservation two(std::move(one));
    CHECK((two.bytes() == 200 && a.used() == 200));
    reservation three(a, "three");
    three.grow(50);
    three.absorb(std::move(two));
    CHECK((three.bytes() == 250 && a.used() == 250));
    {
      reservation four(a, "four");
      four.grow(30);
      four = std::move(three);
      CHECK(four.bytes() == 250);
    }
    CHECK(a.used() == 30);  // what the fourth had is the third's now
    three.resize(0);
    CHECK(a.used() == 0);
    three.grow(1000);
  }
  CHECK(a.used() == 0);
}

TEST_CASE("memory account: threads never hold more than the limit together") {
  memory_account a(1000);
  std::atomic<std::size_t> held{0}, most{0}, refusals{0};
  std::vector<std::thread> all;
  for (unsigned t = 0; t < 4; ++t)
    all.emplace_back([&, t] {
      std::mt19937 random(t);
      for (int i = 0; i < test::volume(5000); ++i) {
        reservation r(a, "a thread");
        const std::size_t n = random() % 600;
        try {
          r.grow(n);
        } catch (const leat::memory_limit_exceeded&) {
          ++refusals;
          continue;
        }
        const std::size_t now = held += n;
        for (std::size_t before = most; before < now && !most.compare_exchange_weak(before, now);) {
        }
        held -= n;
      }
    });
  for (auto& t : all) t.join();
  CHECK(most <= 1000);
  CHECK(a.used() == 0);
}

}  // namespace
}  // namespace shuffle_combine
