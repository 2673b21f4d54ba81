// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_SLIDE_HPP
#define LEAT_STAGE_SLIDE_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>
#include <leat/kit/cut.hpp>
#include <leat/kit/kept.hpp>
#include <leat/kit/window.hpp>

#include <limits>

namespace leat::core {

struct slide_cut {
  std::size_t n, step;

  constexpr std::size_t pieces(std::size_t size) const { return size < n ? 0 : (size - n) / step + 1; }
  template <class In, class E>
  constexpr window<value_t<In>> piece(E* data, std::size_t, std::size_t i) const {
    return {data + i * step, n};
  }
};

template <class In, class Next>
struct slide_node {
  std::size_t n, step;
  Next next;
  core::storage<value_t<In>> held{};
  std::size_t limit = 0;  // its size, in the end
  std::size_t until = 0;  // elements to the end of the next window

  constexpr bool start(start_info all) {
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    limit = n > most / 4 ? most : 2 * n + 64;
    until = n;
    return next.start(core::counted(all, [this](std::size_t m) { return slide_cut{n, step}.pieces(m); }));
  }
  constexpr bool operator()(In&& x) {
    if (until > n) {
      --until;
      return true;
    }
    if (held.size() == held.capacity()) make_room();
    held.push(std::forward<In>(x));
    if (--until != 0) return true;
    until = step;
    return next(window<value_t<In>>(held.data() + (held.size() - n), n));
  }
  constexpr void finish() { next.finish(); }

 private:
  constexpr void make_room() {
    const std::size_t keep = held.size() < n ? held.size() : n - 1;
    std::size_t capacity = held.capacity();
    if (capacity < limit) capacity = capacity > limit / 2 ? limit : 2 * capacity < 64 ? 64 : 2 * capacity;
    held.keep_last(keep, capacity);
  }
};

struct [[nodiscard]] slide_stage : stage_base {
  static constexpr bool at_most_one = true;

  std::size_t n, step;

  constexpr slide_stage(std::size_t size, std::size_t by) : n(size), step(by) {}

  template <class In>
  using result = window<value_t<In>>;

  template <class In>
  static consteval bool accepts() {
    return core::accepts_held<In>();
  }

  template <class In, class Self, class Next>
  static constexpr slide_node<In, Next> bind(Self&& self, Next next) {
    return {self.n, self.step, std::move(next)};
  }

  /// Directly behind a range in memory.
  template <core::memory_source Src>
  constexpr auto apply(Src&& source) && {
    return core::cut_source<slide_stage>(std::forward<Src>(source), slide_cut{n, step});
  }
};

struct slide_fn {
  template <std::integral N, std::integral M = int>
  constexpr slide_stage operator()(N n, M step = 1) const {
    return slide_stage(core::checked_count("slide", n, 1), core::checked_count("slide", step, 1, "step"));
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on each `window` of `n` successive elements, or of those each `step`th: none where there are fewer than `n`. Throws
/// `usage_error` where `n` or `step` is not positive.
inline constexpr core::slide_fn slide{};

}  // namespace leat

#endif
