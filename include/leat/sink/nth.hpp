// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_NTH_HPP
#define LEAT_SINK_NTH_HPP

#include <leat/core/error.hpp>
#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>

namespace leat::core {

struct nth_sink : sink_base {
  static constexpr bool in_order = true;
  static constexpr bool stops_early = true;

  std::size_t at;

  constexpr explicit nth_sink(std::size_t i) : at(i) {}

  template <class In>
  static consteval bool accepts() {
    return core::accepts_kept<In>();
  }

  template <class In>
  struct state {
    std::size_t at, seen = 0;
    core::maybe<value_t<In>> value{};

    constexpr explicit state(const nth_sink& k) : at(k.at) {}

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      if (seen++ != at) return true;
      value.emplace(std::forward<In>(x));
      return false;
    }
    constexpr value_t<In> result() {
      if (!value) throw empty_dataset("nth(" + std::to_string(at) + ") of " + std::to_string(seen) + " elements");
      return std::move(*value);
    }
  };
};

struct nth_fn {
  template <std::integral N>
  constexpr nth_sink operator()(N i) const {
    if (std::cmp_less(i, 0)) throw usage_error("nth: the index is negative");
    return nth_sink(static_cast<std::size_t>(i));
  }
};

}  // namespace leat::core

namespace leat {

/// The element of index `i`, counted from 0; asks for none behind it. Throws `empty_dataset` where there are fewer, and
/// `usage_error` where `i` is negative.
inline constexpr core::nth_fn nth{};

}  // namespace leat

#endif
