// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_TOP_HPP
#define LEAT_SINK_TOP_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>
#include <leat/kit/order.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace leat::core {

/// An element in the heap of top, which assigns its entries: one that cannot be assigned, such as a map's, is held apart.
template <class T>
class top_entry {
 public:
  template <class X>
  constexpr top_entry(X&& x, std::size_t n) : held_(std::forward<X>(x)), arrival(n) {}
  constexpr T& item() { return held_; }
  constexpr const T& item() const { return held_; }

 private:
  T held_;

 public:
  std::size_t arrival;
};
template <class T>
  requires(!std::movable<T>)
class top_entry<T> {
 public:
  template <class X>
  top_entry(X&& x, std::size_t n) : held_(new T(std::forward<X>(x))), arrival(n) {}
  T& item() { return *held_; }
  const T& item() const { return *held_; }

 private:
  std::unique_ptr<T> held_;

 public:
  std::size_t arrival;
};

template <class F, class P>
struct top_sink : sink_base {
  std::size_t n;
  core::order<F, P> by;

  constexpr top_sink(std::size_t most, F f, P projection) : n(most), by{std::move(f), std::move(projection)} {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool ordered = core::order<F, P>::template orders<value_t<In>>;
    static_assert(ordered || core::undeclared<In, ordered>(),
                  "leat: top must be able to compare elements; give it a comparison or a projection; docs/errors.md#top-order");
    if constexpr (ordered)
      return core::accepts_kept<In>();
    else
      return false;
  }

  // A heap of at most n entries, its worst on top. Of equal elements the earlier is the better one.
  template <class In>
  class state {
   public:
    using value = value_t<In>;
    using entry = top_entry<value>;

    constexpr explicit state(const top_sink& k) : n_(k.n), by_(k.by) {}
    constexpr explicit state(top_sink&& k) : n_(k.n), by_(std::move(k.by)) {}

    constexpr bool start(start_info) { return n_ != 0; }
    constexpr bool operator()(In&& x) {
      offer<In>(std::forward<In>(x));
      return true;
    }
    constexpr void merge(state&& other) {
      std::sort(other.heap_.begin(), other.heap_.end(), [](const entry& a, const entry& b) { return a.arrival < b.arrival; });
      for (entry& e : other.heap_) offer<value>(std::move(e.item()));
    }
    constexpr std::vector<value> result() {
      std::sort_heap(heap_.begin(), heap_.end(), in_order());
      std::vector<value> best;
      best.reserve(heap_.size());
      for (entry& e : heap_) best.push_back(std::move(e.item()));
      return best;
    }

   private:
    constexpr bool better(const value& a, const value& b) { return by_.template better<true>(a, b); }
    constexpr auto in_order() {
      return [this](const entry& a, const entry& b) {
        return better(a.item(), b.item()) || (!better(b.item(), a.item()) && a.arrival < b.arrival);
      };
    }
    template <class X>
    constexpr void offer(X&& x) {
      if (heap_.size() == n_) {
        if (n_ == 0 || !better(std::as_const(x), heap_.front().item())) return;
        std::pop_heap(heap_.begin(), heap_.end(), in_order());
        heap_.pop_back();
      }
      heap_.emplace_back(std::forward<X>(x), arrivals_++);
      std::push_heap(heap_.begin(), heap_.end(), in_order());
    }

    std::size_t n_;
    core::order<F, P> by_;
    std::vector<entry> heap_{};
    std::size_t arrivals_ = 0;
  };
};

struct top_fn {
  template <std::integral N, class F = std::less<>, class P = std::identity>
  constexpr auto operator()(N n, F compare = {}, P projection = {}) const {
    return top_sink<F, P>(core::checked_count("top", n), std::move(compare), std::move(projection));
  }
};

}  // namespace leat::core

namespace leat {

/// The `n` greatest elements, the greatest first, equal ones in their order, as `std::vector`: by `<`, a comparison, a
/// projection, or a comparison of projections; NaN behind all else. Throws `usage_error` where `n` is negative.
inline constexpr core::top_fn top{};

}  // namespace leat

#endif
