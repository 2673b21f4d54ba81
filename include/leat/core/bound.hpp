// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_BOUND_HPP
#define LEAT_CORE_BOUND_HPP

#include <leat/core/cursor.hpp>
#include <leat/core/sink.hpp>

namespace leat::core {

/// A stage that takes the whole source rather than its elements: a range adaptor, a dataset's operation.
template <class S, class Source>
concept source_stage = requires(S s, Source src) { std::move(s).apply(std::forward<Source>(src)); };

/// A pipeline with its source. Driven by push when a sink is attached; pulled when used as an input range.
template <class H, class P>
struct bound : source_base, std::ranges::view_base {
  using in = typename H::pushed;
  using out = typename P::template result<in>;

  H held;
  P pipeline;

  constexpr bound(H h, P p) : held(std::move(h)), pipeline(std::move(p)) {}

  template <class Self, class S>
  static constexpr auto attach(Self&& self, S stage) {
    if constexpr (S::template accepts<out>()) {
      auto joined = join(P(std::forward<Self>(self).pipeline), std::move(stage));
      return bound<H, decltype(joined)>(H(std::forward<Self>(self).held), std::move(joined));
    } else
      return poison{};
  }

  template <class Self, class K>
  static constexpr auto run(Self&& self, K sink) {
    if constexpr (K::template accepts<out>()) {
      auto state = make_state<out>(std::move(sink));
      auto chain = P::template bind<in>(std::forward<Self>(self).pipeline, state_node<decltype(state), out>{&state});
      H held = std::forward<Self>(self).held;
      drive<in>(held.get(), chain);
      return state.result();
    } else
      return poison{};
  }

  auto begin()
    requires std::copy_constructible<P>
  {
    return pulled_iterator<std::remove_reference_t<decltype(held.get())>, P>(held.get(), pipeline);
  }
  auto begin() const
    requires std::copy_constructible<P> && std::ranges::input_range<decltype(held.get())>
  {
    return pulled_iterator<std::remove_reference_t<decltype(held.get())>, P>(held.get(), pipeline);
  }
  constexpr std::default_sentinel_t end() const { return {}; }
};

}  // namespace leat::core

#endif
