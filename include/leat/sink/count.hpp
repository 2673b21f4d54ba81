// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_COUNT_HPP
#define LEAT_SINK_COUNT_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

struct count_sink : sink_base {
  template <class In>
  static consteval bool accepts() {
    return true;
  }

  template <class In>
  struct state {
    std::size_t n = 0;

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&&) {
      ++n;
      return true;
    }
    constexpr void merge(state&& other) { n += other.n; }
    constexpr std::size_t result() { return n; }
  };
};

}  // namespace leat::core

namespace leat {

/// How many elements come.
constexpr core::count_sink count() { return {}; }

}  // namespace leat

#endif
