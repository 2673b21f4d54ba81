// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_PIPELINE_HPP
#define LEAT_CORE_PIPELINE_HPP

#include <leat/core/bound.hpp>

// The only operator|. It composes by kind; whether things fit together is checked by `accepts`, so that the first line of an
// error is a sentence. The overloads at the end each name one mistake and yield poison.
namespace leat {

namespace core {

template <plain_range R>
constexpr auto source_of(R&& r) {
  return bound<source_holder<R>, identity>(hold_source<R>(std::forward<R>(r)), {});
}
template <source S>
constexpr S&& source_of(S&& s) {
  return std::forward<S>(s);
}

/// A concept, so that nothing is made of what is no plain range.
template <class L, class S>
concept bound_at_once = plain_range<L> && (!is_pipe<S>) && (!source_stage<S, bound<source_holder<L>, identity>>);

/// The same as attaching the stage to `source_of(r)`, which would be one more type to compile.
template <class H, class R, class S>
constexpr auto bind_source(R&& r, S s) {
  if constexpr (S::template accepts<typename H::pushed>())
    return bound<H, S>(hold_source<R>(std::forward<R>(r)), std::move(s));
  else
    return poison{};
}

// Whether a stage or a sink has a member is asked by name, since its templates cannot be asked for without arguments: a name
// that it has is ambiguous here.
struct member_names {
  int accepts, result, bind, apply, state;
};
template <class T>
struct named : T, member_names {};

template <class S>
concept whole_stage = std::is_final_v<S> || (!requires { &named<S>::accepts; } && !requires { &named<S>::result; } &&
                                             !(requires { &named<S>::bind; } && requires { &named<S>::apply; }));
template <class K>
concept whole_sink = std::is_final_v<K> || (!requires { &named<K>::accepts; } && !requires { &named<K>::state; });

template <class S>
inline constexpr bool whole = whole_stage<S>;
template <sink K>
inline constexpr bool whole<K> = whole_sink<K>;
template <class A, class B>
inline constexpr bool whole<pipe<A, B>> = true;
template <class P, class K>
inline constexpr bool whole<closed<P, K>> = true;

template <class... T>
consteval bool accepts_members() {
  constexpr bool stages = ((!stage<T> || whole<T>) && ...);
  static_assert(stages, "leat: a stage needs accepts<In>(), result<In> and bind<In>(self, next); docs/errors.md#own-stage");
  constexpr bool sinks = ((!sink<T> || whole<T>) && ...);
  static_assert(sinks, "leat: a sink needs accepts<In>() and state<In>; docs/errors.md#own-sink");
  return stages && sinks;
}

template <class L>
concept left = source<L> || plain_range<L>;
template <class X>
concept foreign = !stage<X> && !sink<X> && !poisoned<X> && !source<X>;

template <source Src, class S>
constexpr auto attach(Src&& src, S s) {
  if constexpr (is_pipe<S>)
    return (std::forward<Src>(src) | std::move(s.first)) | std::move(s.second);
  else if constexpr (source_stage<S, Src>)
    return std::move(s).apply(std::forward<Src>(src));
  else
    return std::remove_cvref_t<Src>::attach(std::forward<Src>(src), std::move(s));
}

template <source Src, class K>
constexpr auto run(Src&& src, K k) {
  if constexpr (is_closed<K>)
    return (std::forward<Src>(src) | std::move(k.pipeline)) | std::move(k.sink);
  else
    return std::remove_cvref_t<Src>::run(std::forward<Src>(src), std::move(k));
}

// operator| lives beside the types that it composes, so that it is found for all of them.
template <stage A, stage B>
constexpr auto operator|(A a, B b) {
  if constexpr (accepts_members<A, B>())
    return join(std::move(a), std::move(b));
  else
    return poison{};
}
template <stage A, sink B>
constexpr auto operator|(A a, B b) {
  if constexpr (is_closed<B>)
    return (std::move(a) | std::move(b.pipeline)) | std::move(b.sink);
  else if constexpr (accepts_members<A, B>())
    return closed<A, B>(std::move(a), std::move(b));
  else
    return poison{};
}
template <left L, stage S>
constexpr auto operator|(L&& l, S s) {
  if constexpr (!accepts_members<S>())
    return poison{};
  else if constexpr (bound_at_once<L, S>)
    return bind_source<source_holder<L>>(std::forward<L>(l), std::move(s));
  else
    return attach(source_of(std::forward<L>(l)), std::move(s));
}
template <left L, sink K>
constexpr auto operator|(L&& l, K k) {
  if constexpr (accepts_members<K>())
    return run(source_of(std::forward<L>(l)), std::move(k));
  else
    return poison{};
}

template <poisoned P, class X>
constexpr poison operator|(P, X&&) {
  return {};
}
template <class X, poisoned P>
  requires(!poisoned<X>)
constexpr poison operator|(X&&, P) {
  return {};
}
template <sink K, class S>
  requires stage<S> || sink<S>
constexpr poison operator|(K, S) {
  static_assert(!sizeof(S), "leat: a sink ends a pipeline; nothing may follow it; docs/errors.md#sink-in-middle");
  return {};
}
template <foreign X, class S>
  requires(stage<S> || sink<S>) && (!plain_range<X>)
constexpr poison operator|(X&&, S) {
  static_assert(!sizeof(S),
                "leat: what stands left of a stage must be a range, a dataset or a stage; a sink yields a value, not a source; "
                "docs/errors.md#not-a-source");
  return {};
}
template <class X, source S>
  requires(!poisoned<X>) && (!sink<X>)
constexpr poison operator|(X&&, S&&) {
  static_assert(!sizeof(S), "leat: two sources; only the first in a pipeline may be a range; docs/errors.md#two-sources");
  return {};
}
template <source S, foreign X>
  requires(!std::invocable<X, S>)
constexpr poison operator|(S&&, X&&) {
  static_assert(
      !sizeof(X),
      "leat: what follows must be a stage, a sink or a range adaptor; wrap a function in map(f); docs/errors.md#not-a-stage");
  return {};
}
template <stage S, foreign X>
constexpr poison operator|(S, X&&) {
  static_assert(
      !sizeof(X),
      "leat: what follows a stage must be a stage or a sink; wrap a function in map(f), a range-v3 or std adaptor in views(a); "
      "docs/errors.md#not-a-stage");
  return {};
}

}  // namespace core

using core::operator|;

}  // namespace leat

#endif
