// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_VECTOR_SINK_HPP
#define LEAT_KIT_VECTOR_SINK_HPP

#include <leat/core/pipeline.hpp>

#include <iterator>
#include <vector>

namespace leat::core {

/// Appends what is moved out of `from`; the order is kept.
template <class T>
constexpr void append(std::vector<T>& to, std::vector<T>&& from) {
  if (to.empty())
    to = std::move(from);
  else if constexpr (std::movable<T>)
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  else  // a map's elements, which insert would assign
    for (T& x : from) to.push_back(std::move(x));
}

/// The sink that keeps all elements in a vector: to_vector, and what partition_by and group_into do by default.
struct vector_sink : sink_base {
  static constexpr bool keeps_elements = true;

  template <class In>
  static consteval bool accepts() {
    return accepts_kept<In>();
  }

  template <class In>
  struct state {
    using value = value_t<In>;
    static constexpr std::size_t most = std::size_t{64} << 20;  // bytes that a mere upper bound may reserve

    std::vector<value> all{};

    // Room for all at once: then a push_back is as good as a store, and nothing is set to zero first.
    constexpr bool start(start_info n) {
      if (n.known == start_info::exact || (n.known == start_info::at_most && n.n <= most / sizeof(value))) all.reserve(n.n);
      return true;
    }
    constexpr bool operator()(In&& x) {
      all.push_back(std::forward<In>(x));
      return true;
    }
    constexpr bool block(const value* first, std::size_t n)
      requires std::copyable<value>
    {
      all.insert(all.end(), first, first + n);
      return true;
    }
    constexpr void merge(state&& other) { append(all, std::move(other.all)); }
    constexpr std::vector<value> result() { return std::move(all); }
  };
};

}  // namespace leat::core

#endif
