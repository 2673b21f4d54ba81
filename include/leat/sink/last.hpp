// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_LAST_HPP
#define LEAT_SINK_LAST_HPP

#include <leat/core/error.hpp>
#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>

namespace leat::core {

struct last_sink : sink_base {
  template <class In>
  static consteval bool accepts() {
    return core::accepts_kept<In>();
  }

  template <class In>
  struct state {
    core::maybe<value_t<In>> value{};

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      if constexpr (std::assignable_from<value_t<In>&, In> && !std::is_trivially_copyable_v<value_t<In>>)
        if (value) {
          *value = std::forward<In>(x);
          return true;
        }
      value.emplace(std::forward<In>(x));
      return true;
    }
    constexpr void merge(state&& other) {
      if (other.value) value.emplace(std::move(*other.value));
    }
    constexpr value_t<In> result() {
      if (!value) throw empty_dataset("last of no elements");
      return std::move(*value);
    }
  };
};

}  // namespace leat::core

namespace leat {

/// The last element. Throws `empty_dataset` where there is none.
constexpr core::last_sink last() { return {}; }

}  // namespace leat

#endif
