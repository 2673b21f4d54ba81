// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_CHUNK_BY_HPP
#define LEAT_STAGE_CHUNK_BY_HPP

#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>
#include <leat/core/run_info.hpp>
#include <leat/kit/adjacent.hpp>
#include <leat/kit/kept.hpp>

#include <vector>

namespace leat::core {

template <class F, class In, class Next>
struct chunk_by_node {
  using adjacent = core::adjacent<F, value_t<In>>;

  F f;
  Next next;
  std::vector<value_t<In>> part{};
  core::maybe<typename adjacent::kept> kept{};  // the part's key; the function of two looks at the part's last element
  bool more = false;

  constexpr bool start(start_info all) { return more = next.start(all.dropping()); }
  constexpr bool operator()(In&& x) {
    if (!belongs(x) && !pass()) return false;
    part.push_back(std::forward<In>(x));
    return true;
  }
  constexpr void finish() {
    if (more && !part.empty()) pass();
    next.finish();
  }

 private:
  constexpr bool belongs(const value_t<In>& x) {
    if constexpr (adjacent::compares) {
      return part.empty() || adjacent::same(f, std::as_const(part).back(), x);
    } else {
      decltype(auto) key = adjacent::key(f, x);
      if (kept && adjacent::same(f, *kept, key)) return true;
      kept.emplace(std::forward<decltype(key)>(key));
      return part.empty();
    }
  }
  constexpr bool pass() {
    more = next(std::move(part));
    part.clear();
    return more;
  }
};

template <class F, class K, class In, class Next>
struct chunk_by_sink_node {
  using adjacent = core::adjacent<F, value_t<In>>;

  F f;
  K sink;
  Next next;
  core::maybe<core::fed_state<K, In>> group{};
  core::maybe<typename adjacent::kept> kept{};  // the open group's key, or its last element
  core::run_info run{};                         // of one group: a stage within the sink ends with it
  bool more = false;

  constexpr bool start(start_info all) {
    if (all.run != nullptr) run = *all.run;
    return more = next.start(all.dropping());
  }
  constexpr bool operator()(In&& x) {
    decltype(auto) key = adjacent::key(f, std::as_const(x));
    const bool opens = !kept || !adjacent::same(f, *kept, key);
    if (opens) {
      if (kept && !pass()) return false;
      open();
    }
    if (opens || adjacent::compares) core::renew(kept, std::forward<decltype(key)>(key));
    (*group)(std::forward<In>(x));
    return true;
  }
  constexpr void finish() {
    if (more && kept) pass();
    next.finish();
  }

 private:
  constexpr void open() {
    group.emplace(std::as_const(sink));
    run.first = nullptr;
    group->start({0, start_info::unknown, &run});
  }
  constexpr bool pass() {
    group->finish();
    return more = next(group->result());
  }
};

template <class F, class In>
consteval bool fits_chunk_by() {
  constexpr bool fits = adjacent<F, value_t<In>>::fits;
  static_assert(
      fits || core::undeclared<In, fits>(),
      "leat: the function of chunk_by must say of two const elements whether they belong together, or yield a key with "
      "== of one; docs/errors.md#chunk-by-call");
  return fits;
}

template <class F>
struct [[nodiscard]] chunk_by_stage : stage_base {
  F f;

  template <class In>
  using result = std::vector<value_t<In>>;

  template <class In>
  static consteval bool accepts() {
    if constexpr (core::fits_chunk_by<F, In>())
      return core::accepts_held<In>();
    else
      return false;
  }

  template <class In, class Self, class Next>
  static constexpr chunk_by_node<F, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).f, std::move(next)};
  }
};

template <class F, class K>
struct [[nodiscard]] chunk_by_sink_stage : stage_base {
  F f;
  K sink;

  constexpr chunk_by_sink_stage(F g, K k) : f(std::move(g)), sink(std::move(k)) {}

  template <class In>
  using result = core::result_of<K, In>;

  template <class In>
  static consteval bool accepts() {
    if constexpr (core::fits_chunk_by<F, In>()) {
      constexpr bool kept = core::adjacent<F, value_t<In>>::keeps;
      static_assert(
          kept,
          "leat: chunk_by with a sink keeps a copy of what it compares, and this cannot be copied; give it a function "
          "that yields a key; docs/errors.md#chunk-by-copy");
      if constexpr (kept)
        return K::template accepts<In>();
      else
        return false;
    } else
      return false;
  }

  template <class In, class Self, class Next>
  static constexpr chunk_by_sink_node<F, K, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).f, std::forward<Self>(self).sink, std::move(next)};
  }
};

struct chunk_by_fn {
  template <class F>
  constexpr auto operator()(F f) const {
    return chunk_by_stage<F>{{}, std::move(f)};
  }
  template <class F, class K>
  constexpr auto operator()(F f, K sink) const {
    if constexpr (accepts_copied_sink<K>())
      return chunk_by_sink_stage<F, K>(std::move(f), std::move(sink));
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on `std::vector`s of successive elements that belong together: `f(previous, next)` is true, or `f(element)` yields
/// equal keys; or what `sink` makes of them.
inline constexpr core::chunk_by_fn chunk_by{};

}  // namespace leat

#endif
