// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_PARTITION_BY_HPP
#define LEAT_SINK_PARTITION_BY_HPP

#include <leat/kit/search.hpp>
#include <leat/kit/vector_sink.hpp>

namespace leat::core {

template <class F, class K>
struct partition_by_sink : sink_base {
  static constexpr bool stops_early = K::stops_early;
  static constexpr bool in_order = K::in_order;
  static constexpr bool keeps_elements = K::keeps_elements;

  F f;
  K sink;

  constexpr partition_by_sink(F g, K k) : f(std::move(g)), sink(std::move(k)) {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool predicate = core::asks<F, In>;
    static_assert(
        predicate || core::undeclared<In, predicate>(),
        "leat: the function of partition_by must take a const element and return bool; docs/errors.md#partition-by-call");
    if constexpr (predicate)
      return K::template accepts<In>();
    else
      return false;
  }

  template <class In>
  struct state {
    using part = core::fed_state<K, In>;
    using value = core::result_of<K, In>;

    F f;
    part yes, no;

    constexpr explicit state(const partition_by_sink& k) : f(k.f), yes(k.sink), no(k.sink) {}
    constexpr explicit state(partition_by_sink&& k) : f(std::move(k.f)), yes(std::as_const(k.sink)), no(std::move(k.sink)) {}

    constexpr bool start(start_info n) {
      const bool first = yes.start(n.dropping());
      return no.start(n.dropping()) || first;
    }
    constexpr bool operator()(In&& x) {
      if (std::invoke(f, std::as_const(x)))
        return yes(std::forward<In>(x)) || no.more;
      else
        return no(std::forward<In>(x)) || yes.more;
    }
    constexpr void finish() {
      yes.finish();
      no.finish();
    }
    constexpr void merge(state&& other)
      requires core::mergeable<K, In>
    {
      yes.merge(std::move(other.yes));
      no.merge(std::move(other.no));
    }
    constexpr std::pair<value, value> result() {
      value first = yes.result();
      return {std::move(first), no.result()};
    }
  };
};

struct partition_by_fn {
  template <class F, class K = vector_sink>
  constexpr auto operator()(F f, K sink = {}) const {
    if constexpr (accepts_copied_sink<K>())
      return partition_by_sink<F, K>(std::move(f), std::move(sink));
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// The elements for which `f(element)` is true and the others, as `std::pair` of two `std::vector`; or what a sink makes of
/// each.
inline constexpr core::partition_by_fn partition_by{};

}  // namespace leat

#endif
