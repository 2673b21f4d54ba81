// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_BOUND_HPP
#define LEAT_CORE_BOUND_HPP

#include <leat/core/assignable.hpp>
#include <leat/core/direct.hpp>
#include <leat/core/pass_iterator.hpp>
#include <leat/core/sink.hpp>

namespace leat::core {

/// A stage that takes the whole source rather than its elements: a range adaptor, a dataset's operation.
template <class S, class Source>
concept source_stage = requires(S s, Source src) { std::move(s).apply(std::forward<Source>(src)); };

/// The last node where a pipeline is an inner range: hands on as `In` what a reader of its iterator would get.
template <class In, class Out, class Push>
struct inner_node {
  Push* push;
  bool* more;

  constexpr bool start(start_info) { return true; }
  constexpr bool operator()(Out&& x) {
    if constexpr (std::is_lvalue_reference_v<In>)
      return *more = (*push)(static_cast<In>(x));
    else
      return *more = (*push)(static_cast<In>(std::forward<Out>(x)));
  }
  constexpr void finish() {}
};

/// A pipeline with its source. Driven by push when a sink is attached; pulled when used as an input range.
template <class H, class P>
struct [[nodiscard("leat: a pipeline does nothing until a sink ends it; docs/errors.md#dropped")]] bound
    : source_base,
      std::ranges::view_base {
  using in = typename H::pushed;
  using out = typename P::template result<in>;

  H held;
  P pipeline;

  constexpr bound(H h, P p) : held(std::move(h)), pipeline(std::move(p)) {}
  bound(const bound&) = default;
  bound(bound&&) = default;
  ~bound() = default;
  // Not constrained: that would be checked for each stage that is added.
  constexpr bound& operator=(const bound& other) { return *this = bound(other); }
  constexpr bound& operator=(bound&& other) {
    if (this != std::addressof(other)) {
      reassign(held, std::move(other.held));
      reassign(pipeline, std::move(other.pipeline));
    }
    return *this;
  }

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
      if constexpr (accepts_state<K, out>()) {
        auto state = make_state<out>(std::move(sink));
        auto chain = P::template bind<in>(std::forward<Self>(self).pipeline, state_node<decltype(state), out>{&state});
        H held = std::forward<Self>(self).held;
        drive<in>(held.get(), chain);
        return state.result();
      } else
        return poison{};
    } else
      return poison{};
  }

  constexpr auto begin()
    requires std::copy_constructible<P>
  {
    return iterator_over(held.get());
  }
  constexpr auto begin() const
    requires std::copy_constructible<P> && std::ranges::input_range<decltype(held.get())>
  {
    return iterator_over(held.get());
  }
  constexpr std::default_sentinel_t end() const { return {}; }
  constexpr auto size() const
    requires std::ranges::sized_range<decltype(std::declval<const H&>().get())> &&
             direct_pipeline<P, element_t<decltype(std::declval<const H&>().get())>>
  {
    return std::ranges::size(held.get());
  }

  template <class In, class Push>
    requires std::copy_constructible<P>
  constexpr bool each(Push& push) {
    using from = element_t<decltype(held.get())>;
    using to = typename P::template result<from>;
    bool more = true;
    auto chain = P::template bind<from>(std::as_const(pipeline), inner_node<In, to, Push>{&push, &more});
    drive<from>(held.get(), chain);
    return more;
  }

 private:
  template <class R>
  constexpr auto iterator_over(R& range) const {
    if constexpr (light<R, P>)
      return direct_iterator<R, P>(range, pipeline);
    else
      return pass_iterator(std::make_shared<cursor<R, P>>(range, pipeline));
  }
};

template <class T>
inline constexpr bool is_bound = false;
template <class H, class P>
inline constexpr bool is_bound<bound<H, P>> = true;

}  // namespace leat::core

#endif
