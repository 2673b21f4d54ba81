// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_GROUP_INTO_HPP
#define LEAT_SINK_GROUP_INTO_HPP

#include <leat/kit/map_key.hpp>
#include <leat/kit/vector_sink.hpp>

#include <unordered_map>

namespace leat {

// A group's state in the table: made from the sink only where the key is new.
template <class K, class In>
struct group : core::fed_state<K, In> {
  struct seed {
    const K& sink;
    start_info hint;
  };
  explicit group(const seed& from) : core::fed_state<K, In>(from.sink) { this->start(from.hint); }
};

}  // namespace leat

namespace leat::core {

template <template <class...> class M, class F, class K>
struct group_into_sink : sink_base {
  static constexpr bool in_order = K::in_order;
  static constexpr bool keeps_elements = K::keeps_elements;

  F f;
  K sink;

  group_into_sink(F key, K k) : f(std::move(key)), sink(std::move(k)) {}

  template <class In>
  using asked = const std::remove_reference_t<In>&;

  template <class In>
  static consteval bool accepts() {
    constexpr bool keyed = std::invocable<F&, asked<In>> && !std::is_void_v<call_result_t<F&, asked<In>>>;
    static_assert(keyed || core::undeclared<In, keyed>(),
                  "leat: the function of group_into must take a const element and return its key; see F and In above; "
                  "docs/errors.md#group-into-call");
    if constexpr (!keyed)
      return false;
    else if constexpr (!core::accepts_key<M, value_t<call_result_t<F&, asked<In>>>>())
      return false;
    else
      return K::template accepts<In>();
  }

  template <class In>
  struct state {
    using key = value_t<call_result_t<F&, asked<In>>>;
    using value = core::result_of<K, In>;
    static constexpr bool plain = std::same_as<K, vector_sink>;  // the state of a group is its result
    using group_type = std::conditional_t<plain, std::vector<value_t<In>>, group<K, In>>;

    F f;
    K sink;
    start_info hint{};
    M<key, group_type> groups{};

    explicit state(const group_into_sink& k) : f(k.f), sink(k.sink) {}
    explicit state(group_into_sink&& k) : f(std::move(k.f)), sink(std::move(k.sink)) {}

    bool start(start_info n) {
      hint = n.any();
      return true;
    }
    bool operator()(In&& x) {
      if constexpr (plain)
        group_of(std::as_const(x)).push_back(std::forward<In>(x));
      else
        group_of(std::as_const(x), typename group_type::seed{sink, hint})(std::forward<In>(x));
      return true;
    }
    void finish() {
      if constexpr (!plain)
        for (auto& [k, g] : groups) g.finish();
    }
    void merge(state&& other)
      requires core::mergeable<K, In>
    {
      core::merge_maps(groups, std::move(other.groups), [](group_type& mine, group_type&& its) {
        if constexpr (plain)
          core::append(mine, std::move(its));
        else
          mine.merge(std::move(its));
      });
    }
    M<key, value> result() {
      if constexpr (plain) {
        return std::move(groups);
      } else {
        M<key, value> all;
        if constexpr (requires { all.reserve(groups.size()); }) all.reserve(groups.size());
        while (!groups.empty()) {
          auto node = groups.extract(groups.begin());
          all.emplace_hint(all.end(), std::move(node.key()), node.mapped().result());
        }
        return all;
      }
    }

   private:
    template <class... Seed>
    group_type& group_of(asked<In> x, const Seed&... seed) {
      return groups.try_emplace(core::findable("group_into", groups, std::invoke(f, x)), seed...).first->second;
    }
  };
};

}  // namespace leat::core

namespace leat {

/// The elements by the key that `f(element)` returns: `std::unordered_map` of `std::vector`, each in order; or of what a sink
/// makes of each group. Another map by `group_into<std::map>(f)`. Throws `usage_error` where a key is NaN.
template <template <class...> class M = std::unordered_map, class F, class K = core::vector_sink>
auto group_into(F f, K sink = {}) {
  if constexpr (core::accepts_copied_sink<K>())
    return core::group_into_sink<M, F, K>(std::move(f), std::move(sink));
  else
    return core::poison{};
}

}  // namespace leat

#endif
