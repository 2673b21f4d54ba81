// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_STRIDE_HPP
#define LEAT_STAGE_STRIDE_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>
#include <leat/kit/cut.hpp>

namespace leat::core {

struct stride_cut {
  std::size_t n;

  constexpr std::size_t pieces(std::size_t size) const { return size / n + (size % n != 0); }
  template <class In, class E>
  constexpr In piece(E* data, std::size_t, std::size_t i) const {
    return static_cast<In>(data[i * n]);
  }
};

template <class In, class Next>
struct stride_node {
  std::size_t n;
  Next next;
  std::size_t skip = 0;

  constexpr bool start(start_info all) {
    return next.start(core::counted(all, [this](std::size_t m) { return stride_cut{n}.pieces(m); }));
  }
  constexpr bool operator()(In&& x) {
    if (skip != 0) {
      --skip;
      return true;
    }
    skip = n - 1;
    return next(std::forward<In>(x));
  }
  constexpr void finish() { next.finish(); }
};

struct [[nodiscard]] stride_stage : stage_base {
  static constexpr bool at_most_one = true;

  std::size_t n;

  constexpr explicit stride_stage(std::size_t step) : n(step) {}

  template <class In>
  using result = In;

  template <class In>
  static consteval bool accepts() {
    return true;
  }

  template <class In, class Self, class Next>
  static constexpr stride_node<In, Next> bind(Self&& self, Next next) {
    return {self.n, std::move(next)};
  }

  /// Directly behind a range in memory.
  template <core::memory_source Src>
  constexpr auto apply(Src&& source) && {
    return core::cut_source<stride_stage>(std::forward<Src>(source), stride_cut{n});
  }
};

struct stride_fn {
  template <std::integral N>
  constexpr stride_stage operator()(N n) const {
    return stride_stage(core::checked_count("stride", n, 1, "step"));
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on every `n`th element, the first included. Throws `usage_error` where `n` is not positive.
inline constexpr core::stride_fn stride{};

}  // namespace leat

#endif
