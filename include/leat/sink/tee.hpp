// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_TEE_HPP
#define LEAT_SINK_TEE_HPP

#include <leat/core/pipeline.hpp>

#include <tuple>

namespace leat::core {

// What the sink at I gets: the element, which only the last may move from.
template <class In, bool Last>
using tee_part = std::conditional_t<Last || std::is_lvalue_reference_v<In>, In, const std::remove_reference_t<In>&>;

template <class In, class At, class... Ks>
struct tee_state;
template <class In, std::size_t... I, class... Ks>
struct tee_state<In, std::index_sequence<I...>, Ks...> {
  template <std::size_t J>
  using part = tee_part<In, J + 1 == sizeof...(Ks)>;

  std::tuple<core::fed_state<Ks, part<I>>...> states;

  template <class Self>
  constexpr explicit tee_state(Self&& sinks) : states(std::get<I>(std::forward<Self>(sinks))...) {}

  constexpr bool start(start_info n) {
    bool more = false;
    ((more = std::get<I>(states).start(n) || more), ...);
    return more;
  }
  constexpr bool operator()(In&& x) {
    bool more = false;
    ((more = std::get<I>(states)(static_cast<part<I>&&>(x)) || more), ...);
    return more;
  }
  constexpr void finish() { (std::get<I>(states).finish(), ...); }
  constexpr void merge(tee_state&& other)
    requires(core::mergeable<Ks, part<I>> && ...)
  {
    (std::get<I>(states).merge(std::move(std::get<I>(other.states))), ...);
  }
  constexpr auto result() { return std::tuple<core::result_of<Ks, part<I>>...>{std::get<I>(states).result()...}; }
};

template <class... Ks>
struct tee_sink : sink_base {
  static constexpr bool stops_early = (Ks::stops_early && ...);
  static constexpr bool in_order = (Ks::in_order || ...);
  static constexpr bool keeps_elements = (Ks::keeps_elements || ...);

  std::tuple<Ks...> sinks;

  constexpr explicit tee_sink(Ks... ks) : sinks(std::move(ks)...) {}

  template <class In>
  static consteval bool accepts() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return (Ks::template accepts<tee_part<In, I + 1 == sizeof...(Ks)>>() && ...);
    }(std::index_sequence_for<Ks...>{});
  }

  template <class In>
  struct state : tee_state<In, std::index_sequence_for<Ks...>, Ks...> {
    using base = tee_state<In, std::index_sequence_for<Ks...>, Ks...>;
    constexpr explicit state(const tee_sink& k) : base(k.sinks) {}
    constexpr explicit state(tee_sink&& k) : base(std::move(k.sinks)) {}
  };
};

struct tee_fn {
  template <class... Ks>
  constexpr auto operator()(Ks... sinks) const {
    if constexpr ((accepts_sink<Ks>() && ...))
      return tee_sink<Ks...>(std::move(sinks)...);
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// Several sinks in one pass: a `std::tuple` of their results, `leat::nothing` for one that has none. Only the last may move
/// from an element; one that has had enough gets no more.
inline constexpr core::tee_fn tee{};

}  // namespace leat

#endif
