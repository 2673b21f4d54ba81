// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_TO_MAP_HPP
#define LEAT_SINK_TO_MAP_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/map_key.hpp>
#include <leat/kit/parts.hpp>

#include <map>

namespace leat::core {

template <template <class...> class M, class F, class G>
struct to_map_sink : sink_base {
  static constexpr bool keeps_elements = true;

  static constexpr bool of_pairs = std::same_as<F, core::part<0>>;

  F f;
  G g;

  to_map_sink(F key, G value) : f(std::move(key)), g(std::move(value)) {}

  // A pair's parts are moved each by itself; any other key is taken before the value may move from the element.
  template <class In>
  using key_from = std::conditional_t<of_pairs, In, const std::remove_reference_t<In>&>;
  template <class In>
  using key_of = call_result_t<F&, key_from<In>>;
  template <class In>
  using value_of = call_result_t<G&, In>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool callable = std::invocable<F&, key_from<In>> && std::invocable<G&, In>;
    if constexpr (of_pairs) {
      static_assert(callable || core::undeclared<In, callable>(),
                    "leat: to_map needs pairs of a key and a value; map to std::pair, or give it a function for each; "
                    "docs/errors.md#to-map-pair");
      if constexpr (!callable) return false;
    } else {
      constexpr bool maps = callable && !std::is_void_v<key_of<In>> && !std::is_void_v<value_of<In>>;
      static_assert(maps,
                    "leat: the functions of to_map must take the element, const for the key, and return key and value; "
                    "docs/errors.md#to-map-call");
      if constexpr (!maps) return false;
    }
    if constexpr (!callable)
      return false;
    else if constexpr (!core::accepts_key<M, value_t<key_of<In>>>())
      return false;
    else
      return core::accepts_kept<key_of<In>>() && core::accepts_kept<value_of<In>>();
  }

  template <class In>
  struct state {
    using key = value_t<key_of<In>>;
    using value = value_t<value_of<In>>;

    F f;
    G g;
    M<key, value> all{};

    explicit state(const to_map_sink& k) : f(k.f), g(k.g) {}
    explicit state(to_map_sink&& k) : f(std::move(k.f)), g(std::move(k.g)) {}

    bool start(start_info) { return true; }
    bool operator()(In&& x) {
      if constexpr (of_pairs) {
        all.insert_or_assign(core::findable("to_map", all, f(std::forward<In>(x))), g(std::forward<In>(x)));
      } else if constexpr (std::is_lvalue_reference_v<In>) {
        all.insert_or_assign(core::findable("to_map", all, std::invoke(f, std::as_const(x))),
                             std::invoke(g, std::forward<In>(x)));
      } else {
        key k = core::findable("to_map", all, std::invoke(f, std::as_const(x)));
        all.insert_or_assign(std::move(k), std::invoke(g, std::forward<In>(x)));
      }
      return true;
    }
    void merge(state&& other) {
      core::merge_maps(all, std::move(other.all), [](value& mine, value&& its) { mine = std::move(its); });
    }
    M<key, value> result() { return std::move(all); }
  };
};

}  // namespace leat::core

namespace leat {

/// Elements that are pairs of a key and a value, as `std::map`. Of equal keys the last value stays; throws `usage_error` where
/// a key is NaN. Another map by `to_map<std::unordered_map>()`.
template <template <class...> class M = std::map>
auto to_map() {
  return core::to_map_sink<M, core::part<0>, core::part<1>>({}, {});
}

/// The same of the key and the value, by default the element itself, that two functions make of each element.
template <template <class...> class M = std::map, class F, class G = std::identity>
auto to_map(F key, G value = {}) {
  return core::to_map_sink<M, F, G>(std::move(key), std::move(value));
}

}  // namespace leat

#endif
