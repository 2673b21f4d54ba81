// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_PIPE_HPP
#define LEAT_CORE_PIPE_HPP

#include <leat/core/stage.hpp>

namespace leat::core {

/// The empty pipeline.
struct identity : stage_base {
  static constexpr bool per_element = true;
  static constexpr bool at_most_one = true;

  template <class In>
  using result = In;
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In>
  static constexpr bool direct = true;
  template <class In>
  static constexpr In call(const identity&, In&& x) {
    return std::forward<In>(x);
  }
  template <class In, class Self, class Next>
  static constexpr Next bind(Self&&, Next next) {
    return next;
  }
};

/// Two stages as one. Chains lean to the left: `pipe<pipe<a, b>, c>`.
template <class A, class B>
struct [[nodiscard("leat: a pipeline does nothing until a sink ends it; docs/errors.md#dropped")]] pipe : stage_base {
  static constexpr bool per_element = A::per_element && B::per_element;
  static constexpr bool at_most_one = A::at_most_one && B::at_most_one;
  static constexpr bool boundary = B::boundary;

  A first;
  B second;

  template <class In>
  using middle = typename A::template result<In>;
  template <class In>
  using result = typename B::template result<middle<In>>;

  template <class In>
  static consteval bool accepts() {
    if constexpr (A::template accepts<In>())
      return B::template accepts<middle<In>>();
    else
      return false;
  }

  template <class In>
  static constexpr bool both_direct() {
    if constexpr (A::template direct<In>)
      return B::template direct<middle<In>>;
    else
      return false;
  }
  template <class In>
  static constexpr bool direct = both_direct<In>();
  template <class In>
  static constexpr result<In> call(const pipe& self, In&& x) {
    return B::template call<middle<In>>(self.second, A::template call<In>(self.first, std::forward<In>(x)));
  }

  template <class In, class Self, class Next>
  static constexpr auto bind(Self&& self, Next next) {
    return A::template bind<In>(std::forward<Self>(self).first,
                                B::template bind<middle<In>>(std::forward<Self>(self).second, std::move(next)));
  }
};

template <class T>
inline constexpr bool is_pipe = false;
template <class A, class B>
inline constexpr bool is_pipe<pipe<A, B>> = true;

/// Two neighbours that become one stage: found by a function `fuse(a, b)` beside their types.
template <class A, class B>
concept fusible = requires(A a, B b) { fuse(std::move(a), std::move(b)); };

template <class A, class B>
constexpr auto join(A a, B b) {
  if constexpr (std::same_as<A, identity>)
    return b;
  else if constexpr (is_pipe<B>)
    return join(join(std::move(a), std::move(b.first)), std::move(b.second));
  else if constexpr (fusible<A, B>)
    return fuse(std::move(a), std::move(b));
  else if constexpr (is_pipe<A>) {
    if constexpr (fusible<decltype(a.second), B>)
      return join(std::move(a.first), fuse(std::move(a.second), std::move(b)));
    else
      return pipe<A, B>{{}, std::move(a), std::move(b)};
  } else
    return pipe<A, B>{{}, std::move(a), std::move(b)};
}

}  // namespace leat::core

#endif
