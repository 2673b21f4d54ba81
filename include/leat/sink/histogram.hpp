// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_HISTOGRAM_HPP
#define LEAT_SINK_HISTOGRAM_HPP

#include <leat/core/error.hpp>
#include <leat/core/pipeline.hpp>
#include <leat/kit/even_edges.hpp>

#include <initializer_list>
#include <limits>
#include <vector>

namespace leat {

/// What `histogram` yields: `counts[i]` numbers from `edges[i]` on and below `edges[i + 1]`; the last bucket has its upper edge
/// too.
struct histogram_counts {
  std::vector<double> edges{};
  std::vector<std::size_t> counts{};
  std::size_t below = 0, above = 0, nan = 0;  // numbers outside the edges, and those that are none

  friend bool operator==(const histogram_counts&, const histogram_counts&) = default;
};

}  // namespace leat

namespace leat::core {

// Where a number between the outer edges belongs: the last bucket whose lower edge is not above it.
struct edge_search {
  template <class = void>  // to compile it only where it is called, as below
  static constexpr std::size_t bucket(const std::vector<double>& edges, double x) {
    std::size_t at = 0;
    for (std::size_t n = edges.size() - 1; n > 1;) {
      const std::size_t half = n / 2;
      at = edges[at + half] <= x ? at + half : at;
      n -= half;
    }
    return at;
  }
};

// The same in buckets of one width: a guess by arithmetic, corrected by the edges.
struct even_buckets {
  double low, scale = 0;  // 0: the buckets are so narrow, or so wide, that arithmetic is of no use

  constexpr even_buckets(double from, double to, std::size_t n) : low(from) {
    const double width = (to - from) / static_cast<double>(n), largest = -from > to ? -from : to;
    if (width > 1e-15 * largest && 1 / width <= std::numeric_limits<double>::max()) scale = 1 / width;
  }
  template <class = void>
  constexpr std::size_t bucket(const std::vector<double>& edges, double x) const {
    if (scale == 0) return edge_search::bucket(edges, x);
    const std::size_t last = edges.size() - 2, guess = static_cast<std::size_t>((x - low) * scale);
    std::size_t at = guess < last ? guess : last;
    while (x < edges[at]) --at;
    while (at < last && edges[at + 1] <= x) ++at;
    return at;
  }
};

template <class Buckets>
constexpr void count_number(histogram_counts& into, const Buckets& buckets, double x) {
  if (x >= into.edges.front() && x <= into.edges.back())
    ++into.counts[buckets.bucket(into.edges, x)];
  else if (x < into.edges.front())
    ++into.below;
  else if (x > into.edges.back())
    ++into.above;
  else
    ++into.nan;
}

template <class P, class In>
consteval bool accepts_number() {
  constexpr bool number = std::convertible_to<call_result_t<P&, In>, double> && std::invocable<P&, In>;
  static_assert(number || core::undeclared<In, number>(),
                "leat: histogram needs numbers, or a projection to one; docs/errors.md#histogram-element");
  return number;
}

template <class Buckets, class P>
struct histogram_sink : sink_base {
  std::vector<double> edges;
  Buckets buckets;
  P projection;

  constexpr histogram_sink(std::vector<double> e, Buckets b, P p) : edges(std::move(e)), buckets(b), projection(std::move(p)) {}

  template <class In>
  static consteval bool accepts() {
    return accepts_number<P, In>();
  }

  template <class In>
  struct state {
    Buckets buckets;
    P projection;
    histogram_counts all;

    constexpr explicit state(const histogram_sink& k) : state(histogram_sink(k)) {}
    constexpr explicit state(histogram_sink&& k)
        : buckets(k.buckets), projection(std::move(k.projection)), all{std::move(k.edges)} {
      all.counts.resize(all.edges.size() - 1, 0);
    }

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      count_number(all, buckets, static_cast<double>(std::invoke(projection, std::forward<In>(x))));
      return true;
    }
    constexpr void merge(state&& other) {
      for (std::size_t i = 0; i < all.counts.size(); ++i) all.counts[i] += other.all.counts[i];
      all.below += other.all.below;
      all.above += other.all.above;
      all.nan += other.all.nan;
    }
    constexpr histogram_counts result() { return std::move(all); }
  };
};

// Buckets from the least number to the greatest, which are known at the end only: the numbers are kept till then.
template <class P>
struct fitted_histogram_sink : sink_base {
  static constexpr bool keeps_elements = true;

  std::size_t n;
  P projection;

  constexpr fitted_histogram_sink(std::size_t buckets, P p) : n(buckets), projection(std::move(p)) {}

  template <class In>
  static consteval bool accepts() {
    return accepts_number<P, In>();
  }

  template <class In>
  struct state {
    std::size_t n;
    P projection;
    std::vector<double> numbers{};

    constexpr explicit state(const fitted_histogram_sink& k) : n(k.n), projection(k.projection) {}
    constexpr explicit state(fitted_histogram_sink&& k) : n(k.n), projection(std::move(k.projection)) {}

    constexpr bool start(start_info hint) {
      if (hint.known == start_info::exact) numbers.reserve(hint.n);
      return true;
    }
    constexpr bool operator()(In&& x) {
      numbers.push_back(static_cast<double>(std::invoke(projection, std::forward<In>(x))));
      return true;
    }
    constexpr void merge(state&& other) { numbers.insert(numbers.end(), other.numbers.begin(), other.numbers.end()); }
    constexpr histogram_counts result() {
      constexpr double most = std::numeric_limits<double>::max();
      double low = most, high = -most;
      bool any = false;
      for (const double x : numbers) {
        if (!(x >= -most && x <= most)) continue;
        any = true;
        low = x < low ? x : low;
        high = x > high ? x : high;
      }
      if (!any) throw empty_dataset("histogram of no numbers: give it the least and the greatest");
      if (low == high) {  // half a number to each side, or more where that would make no bucket
        const double size = low < 0 ? -low : low, least = size * 0x1p-52 * static_cast<double>(n),
                     half = least > 0.5 ? least : 0.5;
        low = low - half > -most ? low - half : -most;
        high = high + half < most ? high + half : most;
      }
      histogram_counts all{core::even_edges::of(low, high, n), std::vector<std::size_t>(n, 0)};
      const even_buckets buckets(low, high, n);
      for (const double x : numbers) count_number(all, buckets, x);
      return all;
    }
  };
};

// Numbers, and nothing that C++ takes for one: no truth and no character.
template <class T>
inline constexpr bool plain_number = std::convertible_to<T, double>;
template <>
inline constexpr bool plain_number<bool> = false;
template <>
inline constexpr bool plain_number<char> = false;
template <>
inline constexpr bool plain_number<wchar_t> = false;
template <>
inline constexpr bool plain_number<char8_t> = false;
template <>
inline constexpr bool plain_number<char16_t> = false;
template <>
inline constexpr bool plain_number<char32_t> = false;
template <class N>
concept bucket_number = std::integral<N> && plain_number<N>;
template <class R>
concept edge_range = std::ranges::input_range<R> && std::convertible_to<std::ranges::range_reference_t<R>, double> &&
                     plain_number<std::ranges::range_value_t<R>>;

struct histogram_fn {
  template <class P = std::identity>
  constexpr auto operator()(std::initializer_list<double> edges, P projection = {}) const {
    return (*this)(std::vector<double>(edges), std::move(projection));
  }
  template <edge_range R, class P = std::identity>
  constexpr auto operator()(R&& edges, P projection = {}) const {
    std::vector<double> all;
    for (auto&& e : edges) all.push_back(static_cast<double>(e));
    bool ascending = all.size() >= 2;
    for (std::size_t i = 1; i < all.size(); ++i) ascending = ascending && all[i - 1] < all[i];
    if (!ascending) throw usage_error("histogram: edges must be two or more numbers, each greater than the one before");
    return histogram_sink<edge_search, P>(std::move(all), {}, std::move(projection));
  }
  template <bucket_number N, class P = std::identity>
  constexpr auto operator()(N buckets, double low, double high, P projection = {}) const {
    const std::size_t n = checked(buckets);
    constexpr double most = std::numeric_limits<double>::max();
    if (!(low < high && low >= -most && high <= most))
      throw usage_error("histogram: the first edge must be below the last, and both finite");
    return histogram_sink<even_buckets, P>(core::even_edges::of(low, high, n), {low, high, n}, std::move(projection));
  }
  template <bucket_number N, class P = std::identity>
  constexpr auto operator()(N buckets, P projection = {}) const {
    return fitted_histogram_sink<P>(checked(buckets), std::move(projection));
  }
  template <class X, class... Rest>
    requires(!bucket_number<std::remove_cvref_t<X>> && !edge_range<X>)
  constexpr auto operator()(X&&, Rest&&...) const {
    static_assert(!sizeof(std::remove_cvref_t<X>),
                  "leat: histogram takes a whole number of buckets, or edges, which are a list or a range of numbers; "
                  "docs/errors.md#histogram-buckets");
    return core::poison{};
  }

 private:
  template <class N>
  static constexpr std::size_t checked(N buckets) {
    if (std::cmp_less(buckets, 1)) throw usage_error("histogram: there must be at least one bucket");
    return static_cast<std::size_t>(buckets);
  }
};

}  // namespace leat::core

namespace leat {

/// Counts numbers, or what a projection makes of the elements, as `histogram_counts`: between given edges; in even buckets from
/// a least number to a greatest; or from the least to the greatest that come, which keeps all numbers. Throws `usage_error`
/// where edges do not ascend or buckets are narrower than numbers are apart, and of no numbers without edges `empty_dataset`.
inline constexpr core::histogram_fn histogram{};

}  // namespace leat

#endif
