// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_TO_VECTOR_HPP
#define LEAT_SINK_TO_VECTOR_HPP

#include <leat/core/pipeline.hpp>

#include <iterator>
#include <vector>

namespace leat {

struct to_vector_sink : sink_base {
  template <class In>
  static consteval bool accepts() {
    return core::accepts_kept<In>();
  }

  template <class In>
  struct state {
    using value = value_t<In>;
    static constexpr std::size_t most = std::size_t{64} << 20;  // bytes that a mere upper bound may reserve

    std::vector<value> all{};

    // Room for all at once: then a push_back is as good as a store, and nothing is set to zero first.
    constexpr bool start(size_hint n) {
      if (n.known == size_hint::exact || (n.known == size_hint::at_most && n.n <= most / sizeof(value))) all.reserve(n.n);
      return true;
    }
    constexpr bool operator()(In&& x) {
      all.push_back(std::forward<In>(x));
      return true;
    }
    constexpr void merge(state&& other) {
      if (all.empty())
        all = std::move(other.all);
      else
        all.insert(all.end(), std::make_move_iterator(other.all.begin()), std::make_move_iterator(other.all.end()));
    }
    constexpr std::vector<value> result() { return std::move(all); }
  };
};

/// The elements in order, as `std::vector` of their value type.
constexpr to_vector_sink to_vector() { return {}; }

}  // namespace leat

#endif
