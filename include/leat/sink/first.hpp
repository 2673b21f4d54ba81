// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_FIRST_HPP
#define LEAT_SINK_FIRST_HPP

#include <leat/core/error.hpp>
#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>

namespace leat::core {

struct first_sink : sink_base {
  static constexpr bool stops_early = true;

  template <class In>
  static consteval bool accepts() {
    return core::accepts_kept<In>();
  }

  template <class In>
  struct state {
    core::maybe<value_t<In>> value{};

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      value.emplace(std::forward<In>(x));
      return false;
    }
    constexpr void merge(state&& other) {
      if (!value && other.value) value.emplace(std::move(*other.value));
    }
    constexpr value_t<In> result() {
      if (!value) throw empty_dataset("first of no elements");
      return std::move(*value);
    }
  };
};

}  // namespace leat::core

namespace leat {

/// The first element; asks the source for no further one. Throws `empty_dataset` where there is none.
constexpr core::first_sink first() { return {}; }

}  // namespace leat

#endif
