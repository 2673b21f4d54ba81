// SPDX-License-Identifier: BSL-1.0
// Twelve pipelines over 10^6 elements: pushed into a sink (`NAME`) and pulled by a loop (`NAME, pulled`), against the same
// written by hand, with range-v3, and with std::views where C++20 has the stages. --quick: 10^5 elements.
// `./dev bench fusion` builds with g++, `CXX=clang++-19 ./dev bench fusion` with clang.
#include <leat/native.hpp>

#include <range/v3/algorithm/max.hpp>
#include <range/v3/numeric/accumulate.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/chunk.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/iota.hpp>
#include <range/v3/view/join.hpp>
#include <range/v3/view/sliding.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/transform.hpp>
#include <range/v3/view/zip.hpp>

#include <random>
#include <ranges>
#include <string>
#include <unordered_map>

#include <malloc.h>

#include "bench.hpp"

namespace {

namespace rv = ranges::views;
namespace sv = std::views;

bool even(int x) { return x % 2 == 0; }
int triple(int x) { return x * 3; }
bool small(int x) { return x % 7 != 3; }
int plus_one(int x) { return x + 1; }
constexpr auto is_even = [](int x) { return even(x); };
constexpr auto tripled = [](int x) { return triple(x); };
constexpr auto is_small = [](int x) { return small(x); };
constexpr auto next = [](int x) { return plus_one(x); };
constexpr auto wide = [](int x) { return static_cast<long>(x); };

struct input {
  std::vector<int> ints;
  std::vector<float> floats;
  std::vector<double> left, right;
  std::vector<std::string> words;
  std::vector<int> keys;

  explicit input(std::size_t n) : ints(n), floats(n), left(n), right(n), words(n / 8), keys(n) {
    std::mt19937 random(1);
    for (std::size_t i = 0; i < n; ++i) {
      const unsigned state = static_cast<unsigned>(random());
      ints[i] = static_cast<int>(state >> 12);
      keys[i] = static_cast<int>((state >> 8) % 1000u);
      floats[i] = static_cast<float>(state >> 16);
      left[i] = static_cast<double>(state >> 20);
      right[i] = static_cast<double>(i % 17);
    }
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = std::to_string(ints[i]) + (i % 3 ? "a" : "bc");
  }
};

// One case: five functions of the same input, with the same result. `none` stands where a library has no such stage.
struct none {};

template <class Pushed, class Pulled, class Hand, class Rv, class Sv>
void measure(const std::string& name, std::size_t turns, Pushed pushed, Pulled pulled, Hand hand, Rv rv, Sv sv) {
  const auto expected = hand();
  bench::check(name, pushed(), expected);
  bench::check(name + ", pulled", pulled(), expected);
  // Flattened, all peers alike: in a file of this size g++ has otherwise used up what it inlines, and measures that.
  auto quiet = [](auto& f) {
    return [&f]() __attribute__((flatten)) {
      auto r = f();
      bench::keep(r);
    };
  };
  auto idle = [] {};
  std::vector<double> t;
  bench::check(name + " in range-v3", rv(), expected);
  if constexpr (std::is_same_v<Sv, none>) {
    t = bench::interleaved(turns, quiet(pushed), quiet(pulled), quiet(hand), quiet(rv), idle);
  } else {
    bench::check(name + " in std::views", sv(), expected);
    t = bench::interleaved(turns, quiet(pushed), quiet(pulled), quiet(hand), quiet(rv), quiet(sv));
  }
  const char* const peers[] = {"hand", "range-v3", "std::views"};
  for (std::size_t way = 0; way < 2; ++way)
    for (std::size_t peer = 0; peer < (std::is_same_v<Sv, none> ? 2u : 3u); ++peer)
      bench::row(way == 0 ? name : name + ", pulled", peers[peer], t[way], t[2 + peer]);
}

template <class R>
long summed(R&& range) {
  long sum = 0;
  for (auto&& x : range) sum += static_cast<long>(x);
  return sum;
}

template <class R>
auto listed(R&& range) {
  std::vector<std::ranges::range_value_t<R>> all;
  for (auto&& x : range) all.push_back(std::forward<decltype(x)>(x));
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t n = bench::quick(argc, argv) ? 100'000 : 1'000'000, turns = 31;
  mallopt(M_MMAP_MAX, 0);  // memory stays with the program: fresh pages would be most of what `map to vector` measures
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  const input in(n);
  auto const& ints = in.ints;
  bench::header();

  measure(
      "filter, map, sum", turns,  //
      [&] { return ints | leat::filter(is_even) | leat::map(tripled) | leat::sum<long>(); },
      [&] { return summed(ints | leat::filter(is_even) | leat::map(tripled)); },
      [&] {
        long sum = 0;
        for (const int x : ints)
          if (even(x)) sum += triple(x);
        return sum;
      },
      [&] { return ranges::accumulate(ints | rv::filter(is_even) | rv::transform(tripled), 0L); },
      [&] { return summed(ints | sv::filter(is_even) | sv::transform(tripled)); });

  measure(
      "map, filter, map, filter, sum", turns,
      [&] {
        return ints | leat::map(next) | leat::filter(is_even) | leat::map(tripled) | leat::filter(is_small) | leat::sum<long>();
      },
      [&] { return summed(ints | leat::map(next) | leat::filter(is_even) | leat::map(tripled) | leat::filter(is_small)); },
      [&] {
        long sum = 0;
        for (const int x : ints) {
          const int y = plus_one(x);
          if (!even(y)) continue;
          const int z = triple(y);
          if (small(z)) sum += z;
        }
        return sum;
      },
      [&] {
        return ranges::accumulate(
            ints | rv::transform(next) | rv::filter(is_even) | rv::transform(tripled) | rv::filter(is_small), 0L);
      },
      [&] { return summed(ints | sv::transform(next) | sv::filter(is_even) | sv::transform(tripled) | sv::filter(is_small)); });

  const std::size_t most = n / 4;
  measure(
      "filter, map, take, sum", turns,
      [&] { return ints | leat::filter(is_even) | leat::map(tripled) | leat::take(most) | leat::sum<long>(); },
      [&] { return summed(ints | leat::filter(is_even) | leat::map(tripled) | leat::take(most)); },
      [&] {
        long sum = 0;
        std::size_t left = most;
        for (const int x : ints) {
          if (!even(x)) continue;
          sum += triple(x);
          if (--left == 0) break;
        }
        return sum;
      },
      [&] { return ranges::accumulate(ints | rv::filter(is_even) | rv::transform(tripled) | rv::take(most), 0L); },
      [&] {
        return summed(ints | sv::filter(is_even) | sv::transform(tripled) | sv::take(static_cast<std::ptrdiff_t>(most)));
      });

  constexpr auto same = [](auto const& s) -> auto const& { return s; };
  constexpr auto digit = [](char c) { return c >= '0' && c <= '9'; };
  measure(
      "flat_map of strings, filter, sum", turns,
      [&] { return in.words | leat::flat_map(same) | leat::filter(digit) | leat::sum<long>(); },
      [&] { return summed(in.words | leat::flat_map(same) | leat::filter(digit)); },
      [&] {
        long sum = 0;
        for (auto const& word : in.words)
          for (const char c : word)
            if (digit(c)) sum += c;
        return sum;
      },
      [&] { return ranges::accumulate(in.words | rv::transform(same) | rv::join | rv::filter(digit), 0L); },
      [&] { return summed(in.words | sv::transform(same) | sv::join | sv::filter(digit)); });

  constexpr auto below = [](int x) { return leat::iota(0, x & 7); };
  measure(
      "flat_map of ints, sum", turns,  //
      [&] { return ints | leat::flat_map(below) | leat::sum<long>(); }, [&] { return summed(ints | leat::flat_map(below)); },
      [&] {
        long sum = 0;
        for (const int x : ints)
          for (int i = 0; i < (x & 7); ++i) sum += i;
        return sum;
      },
      [&] { return ranges::accumulate(ints | rv::transform([](int x) { return rv::iota(0, x & 7); }) | rv::join, 0L); },
      [&] { return summed(ints | sv::transform([](int x) { return sv::iota(0, x & 7); }) | sv::join); });

  std::vector<float> buffer(n);
  constexpr auto scaled = [](float x) { return x * 1.5f; };
  constexpr auto shifted = [](float x) { return x + 2.0f; };
  auto stored = [&](auto&& range) {
    std::size_t at = 0;
    for (const float x : range) buffer[at++] = x;
    return buffer[n / 2];
  };
  measure(
      "map, map of floats into a buffer", turns,
      [&] {
        in.floats | leat::map(scaled) | leat::map(shifted) |
            leat::for_each([to = buffer.data()](float x) mutable { *to++ = x; });
        return buffer[n / 2];
      },
      [&] { return stored(in.floats | leat::map(scaled) | leat::map(shifted)); },
      [&] {
        for (std::size_t i = 0; i < n; ++i) buffer[i] = shifted(scaled(in.floats[i]));
        return buffer[n / 2];
      },
      [&] { return stored(in.floats | rv::transform(scaled) | rv::transform(shifted)); },
      [&] { return stored(in.floats | sv::transform(scaled) | sv::transform(shifted)); });

  measure(
      "map to vector", turns,  //
      [&] { return ints | leat::map(wide) | leat::to_vector(); },
      [&] { return ints | leat::map(wide) | ranges::to<std::vector>(); },
      [&] {
        std::vector<long> all;
        all.reserve(ints.size());
        for (const int x : ints) all.push_back(wide(x));
        return all;
      },
      [&] { return ints | rv::transform(wide) | ranges::to<std::vector>(); },
      [&] { return listed(ints | sv::transform(wide)); });

  measure(
      "chunk and fold, max", turns,  //
      [&] { return ints | leat::chunk(16, leat::sum<long>()) | leat::max(); },
      [&] {
        long most_of = 0;
        for (const long x : ints | leat::chunk(16, leat::sum<long>())) most_of = std::max(most_of, x);
        return most_of;
      },
      [&] {
        long most_of = 0;
        for (std::size_t i = 0; i < n; i += 16) {
          long sum = 0;
          for (std::size_t j = i; j < std::min(i + 16, n); ++j) sum += ints[j];
          most_of = std::max(most_of, sum);
        }
        return most_of;
      },
      [&] { return ranges::max(ints | rv::chunk(16) | rv::transform([](auto c) { return ranges::accumulate(c, 0L); })); },
      none());

  measure(
      "slide and max, sum", turns,  //
      [&] { return ints | leat::slide(8) | leat::map([](auto const& w) { return w | leat::max(); }) | leat::sum<long>(); },
      [&] { return summed(ints | leat::slide(8) | leat::map([](auto const& w) { return w | leat::max(); })); },
      [&] {
        long sum = 0;
        for (std::size_t i = 0; i + 8 <= n; ++i) {
          int best = ints[i];
          for (std::size_t j = 1; j < 8; ++j) best = std::max(best, ints[i + j]);
          sum += best;
        }
        return sum;
      },
      [&] { return ranges::accumulate(ints | rv::sliding(8) | rv::transform([](auto w) { return ranges::max(w); }), 0L); },
      none());

  constexpr auto product = [](double a, double b) { return a * b; };
  constexpr auto product_of = [](auto const& p) { return std::get<0>(p) * std::get<1>(p); };
  auto added = [](auto&& range) {
    double sum = 0;
    for (const double x : range) sum += x;
    return sum;
  };
  measure(
      "zip and dot product", turns,  //
      [&] { return leat::zip_with(product, in.left, in.right) | leat::sum(); },
      [&] { return added(leat::zip_with(product, in.left, in.right)); },
      [&] {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += in.left[i] * in.right[i];
        return sum;
      },
      [&] { return ranges::accumulate(rv::zip(in.left, in.right) | rv::transform(product_of), 0.0); }, none());

  constexpr auto f = [](int x) { return (x * 5) ^ 3; };
  constexpr auto g = [](int x) { return x % 5 != 0; };
  measure(
      "twelve stages, sum", turns,
      [&] {
        return ints | leat::map(next) | leat::filter(g) | leat::map(f) | leat::map(next) | leat::filter(is_small) |
               leat::map(f) | leat::map(next) | leat::filter(g) | leat::map(f) | leat::map(next) | leat::filter(is_even) |
               leat::map(wide) | leat::sum();
      },
      [&] {
        return summed(ints | leat::map(next) | leat::filter(g) | leat::map(f) | leat::map(next) | leat::filter(is_small) |
                      leat::map(f) | leat::map(next) | leat::filter(g) | leat::map(f) | leat::map(next) |
                      leat::filter(is_even) | leat::map(wide));
      },
      [&] {
        long sum = 0;
        for (const int x0 : ints) {
          int x = x0 + 1;
          if (!g(x)) continue;
          x = f(x) + 1;
          if (!small(x)) continue;
          x = f(x) + 1;
          if (!g(x)) continue;
          x = f(x) + 1;
          if (even(x)) sum += x;
        }
        return sum;
      },
      [&] {
        return ranges::accumulate(ints | rv::transform(next) | rv::filter(g) | rv::transform(f) | rv::transform(next) |
                                      rv::filter(is_small) | rv::transform(f) | rv::transform(next) | rv::filter(g) |
                                      rv::transform(f) | rv::transform(next) | rv::filter(is_even) | rv::transform(wide),
                                  0L);
      },
      [&] {
        return summed(ints | sv::transform(next) | sv::filter(g) | sv::transform(f) | sv::transform(next) |
                      sv::filter(is_small) | sv::transform(f) | sv::transform(next) | sv::filter(g) | sv::transform(f) |
                      sv::transform(next) | sv::filter(is_even) | sv::transform(wide));
      });

  measure(
      "group_into 1,000 keys, sums", turns,
      [&] { return in.keys | leat::group_into([](int k) { return k; }, leat::sum<long>()); },
      [&] {
        std::unordered_map<int, long> sums;
        for (const int k : in.keys | leat::map([](int x) { return x; })) sums[k] += k;
        return sums;
      },
      [&] {
        std::unordered_map<int, long> sums;
        for (const int k : in.keys) sums[k] += k;
        return sums;
      },
      [&] {
        std::unordered_map<int, long> sums;
        for (const int k : in.keys | rv::transform([](int x) { return x; })) sums[k] += k;
        return sums;
      },
      none());
}
