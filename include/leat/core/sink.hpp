// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_SINK_HPP
#define LEAT_CORE_SINK_HPP

#include <leat/core/pipe.hpp>

#include <memory>

namespace leat {

/// Stands for the result of a sink that has none, such as `for_each`, beside other results.
struct nothing {
  friend constexpr bool operator==(nothing, nothing) = default;
};

}  // namespace leat

namespace leat::core {

template <class K, class In>
using state_of = typename K::template state<In>;

/// A sink's accumulator for elements `In`: made from the sink where it takes one, by default otherwise.
template <class In, class K>
constexpr state_of<std::remove_cvref_t<K>, In> make_state(K&& sink) {
  using state = state_of<std::remove_cvref_t<K>, In>;
  if constexpr (std::constructible_from<state, K>)
    return state(std::forward<K>(sink));
  else
    return state{};
}

/// Whether `state<In>` of a sink is one.
template <class K, class In>
consteval bool accepts_state() {
  constexpr bool whole = requires(state_of<K, In>& state, start_info n) {
    { state.start(n) } -> std::convertible_to<bool>;
    { state(std::declval<In>()) } -> std::convertible_to<bool>;
    state.result();
  };
  static_assert(whole,
                "leat: the state of a sink needs start(start_info), operator()(In&&), both of which return bool, and result(); "
                "docs/errors.md#own-sink");
  return whole;
}

/// Whether a sink may keep elements `In` beyond its call.
template <class In>
consteval bool accepts_kept() {
  constexpr bool kept = std::constructible_from<value_t<In>, In>;
  static_assert(kept,
                "leat: this sink keeps elements, and these cannot be copied; std::move the source so that they move; "
                "docs/errors.md#kept-element");
  return kept;
}

/// Whether states of the sink can be merged, so that a dataset may fill one a partition.
template <class K, class In>
concept mergeable = requires(state_of<K, In> a, state_of<K, In> b) { a.merge(std::move(b)); };

/// The last node of a chain. The accumulator lives outside the chain, so that the chain may move.
template <class State, class In>
struct state_node {
  State* state;

  constexpr bool start(start_info n) { return state->start(n); }
  constexpr bool operator()(In&& x) { return (*state)(std::forward<In>(x)); }
  constexpr bool block(const value_t<In>* first, std::size_t n)
    requires requires(State& s) { s.block(first, n); }
  {
    return state->block(first, n);
  }
  constexpr void finish() {
    if constexpr (requires { state->finish(); }) state->finish();
  }
};

/// `stage | sink`: a sink again.
template <class P, class K>
struct [[nodiscard("leat: a sink does nothing until a source feeds it; docs/errors.md#dropped")]] closed : sink_base {
  static constexpr bool stops_early = K::stops_early;
  static constexpr bool keeps_elements = K::keeps_elements;
  static constexpr bool in_order = K::in_order || !P::per_element;

  P pipeline;
  K sink;

  constexpr closed(P p, K k) : pipeline(std::move(p)), sink(std::move(k)) {}

  template <class In>
  using out = typename P::template result<In>;

  template <class In>
  static consteval bool accepts() {
    if constexpr (P::template accepts<In>())
      return K::template accepts<out<In>>();
    else
      return false;
  }

  // The accumulator is on the heap because the chain points to it and a state may move.
  template <class In>
  struct state {
    using inner = state_of<K, out<In>>;
    using chain = decltype(P::template bind<In>(std::declval<P>(), std::declval<state_node<inner, out<In>>>()));

    std::unique_ptr<inner> acc;
    chain push;

    constexpr explicit state(const closed& c)
        : acc(new inner(make_state<out<In>>(c.sink))),
          push(P::template bind<In>(c.pipeline, state_node<inner, out<In>>{acc.get()})) {}
    constexpr explicit state(closed&& c)
        : acc(new inner(make_state<out<In>>(std::move(c.sink)))),
          push(P::template bind<In>(std::move(c.pipeline), state_node<inner, out<In>>{acc.get()})) {}

    constexpr bool start(start_info n) { return push.start(n); }
    constexpr bool operator()(In&& x) { return push(std::forward<In>(x)); }
    constexpr void finish() { push.finish(); }
    constexpr void merge(state&& other)
      requires(P::per_element && mergeable<K, out<In>>)
    {
      acc->merge(std::move(*other.acc));
    }
    constexpr auto result() { return acc->result(); }
  };

  // Taken for a value, a sink was never run: say so.
  template <class T>
    requires(!std::derived_from<T, sink_base>)
  constexpr operator T() const {
    static_assert(!sizeof(T), "leat: this pipeline has no source; write range | stages | sink; docs/errors.md#no-source");
    return poison{};
  }
};

/// A sink's state that another sink or a stage feeds: asked no more once it has had enough.
template <class K, class In>
struct fed_state {
  state_of<K, In> state;
  bool more = true;

  template <class Self>
    requires std::same_as<std::remove_cvref_t<Self>, K>
  constexpr explicit fed_state(Self&& sink) : state(make_state<In>(std::forward<Self>(sink))) {}

  constexpr bool start(start_info n) { return more = state.start(n); }
  constexpr bool operator()(In&& x) {
    if (more && !state(std::forward<In>(x))) more = false;
    return more;
  }
  constexpr void finish() { state_node<state_of<K, In>, In>{&state}.finish(); }
  constexpr void merge(fed_state&& other)
    requires mergeable<K, In>
  {
    state.merge(std::move(other.state));
  }
  constexpr auto result() {
    if constexpr (std::is_void_v<decltype(state.result())>) {
      state.result();
      return nothing{};
    } else
      return state.result();
  }
};

template <class K, class In>
using result_of = decltype(std::declval<fed_state<K, In>&>().result());

/// Whether the argument K of a stage or a sink is a sink.
template <class K>
consteval bool accepts_sink() {
  constexpr bool ends = sink<K>;
  static_assert(ends || poisoned<K>,
                "leat: this argument must be a sink, such as count(), or stages that end in one; docs/errors.md#sink-argument");
  return ends;
}

/// Whether it is one of which several states can be made.
template <class K>
consteval bool accepts_copied_sink() {
  if constexpr (accepts_sink<K>()) {
    constexpr bool copyable = std::copy_constructible<std::remove_cvref_t<K>>;
    static_assert(copyable,
                  "leat: this sink is copied for each of the results, and its function only moves; capture a shared_ptr "
                  "instead; docs/errors.md#sink-copies");
    return copyable;
  } else
    return false;
}

template <class T>
inline constexpr bool is_closed = false;
template <class P, class K>
inline constexpr bool is_closed<closed<P, K>> = true;

}  // namespace leat::core

#endif
