// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_AGGREGATE_BY_KEY_HPP
#define LEAT_RUN_OPERATION_AGGREGATE_BY_KEY_HPP

#include <leat/run/operation/combine.hpp>
#include <leat/stage/map.hpp>

namespace leat::core {

// Sinks whose state begins with nothing, so that one that has seen no element changes nothing when it is merged.
template <class K>
inline constexpr bool begins_with_nothing = false;
template <>
inline constexpr bool begins_with_nothing<count_sink> = true;
template <>
inline constexpr bool begins_with_nothing<stats_sink> = true;
template <class T>
inline constexpr bool begins_with_nothing<sum_sink<T>> = true;
template <class F, class P>
inline constexpr bool begins_with_nothing<min_sink<F, P>> = true;
template <class F, class P>
inline constexpr bool begins_with_nothing<max_sink<F, P>> = true;
template <class F, class P>
inline constexpr bool begins_with_nothing<top_sink<F, P>> = true;
template <class Op>
inline constexpr bool begins_with_nothing<reduce_sink<Op>> = true;

/// A sink's state for one key.
template <class State, class V>
struct key_state {
  State state;
  bool more = false, ended = false;

  explicit key_state(State s) : state(std::move(s)), more(state.start({})) {}

  void add(V&& x) {
    if (more) more = state(std::move(x));
  }
  void end() {
    if (!std::exchange(ended, true)) state_node<State, V&&>{&state}.finish();
  }
};

template <class T, class K>
struct aggregate_ops : core::keyed_ops<T, key_state<core::state_of<K, core::mapped_t<T>&&>, core::mapped_t<T>>> {
  using mapped = core::mapped_t<T>;
  using one = key_state<core::state_of<K, mapped&&>, mapped>;
  using entry = std::pair<core::key_t<T>, one>;
  static constexpr bool whole = !begins_with_nothing<K>;  // then a state is begun once a partition, with its zero

  K sink;

  explicit aggregate_ops(K k) : sink(std::move(k)) {}

  entry make(T&& x) const {
    entry e(std::get<0>(std::move(x)), one(core::make_state<mapped&&>(sink)));
    e.second.add(std::get<1>(std::move(x)));
    return e;
  }
  void add(entry& e, T&& x) const { e.second.add(std::get<1>(std::move(x))); }
  void merge(entry& e, entry&& x) const {
    e.second.end();
    x.second.end();
    e.second.state.merge(std::move(x.second.state));
  }
};

struct aggregate_result {
  template <class Key, class One>
  auto operator()(std::pair<Key, One>&& e) const {
    e.second.end();
    auto value = e.second.state.result();
    return std::pair<Key, decltype(value)>(std::move(e.first), std::move(value));
  }
};

template <class K>
struct [[nodiscard]] aggregate_by_key_stage : dataset_stage {
  K sink;
  std::size_t partitions;

  aggregate_by_key_stage(K k, std::size_t n) : sink(std::move(k)), partitions(n) {}

  template <class In>
  static consteval bool merges() {
    constexpr bool ok = core::mergeable<K, In> && std::copy_constructible<K>;
    static_assert(
        ok,
        "leat: aggregate_by_key needs a sink that can be copied and that can merge two results; give it a merge function, or "
        "use group_by_key; docs/errors.md#no-merge");
    return ok;
  }

  template <core::dataset_source D>
  auto apply(const D& from) && {
    using T = core::dataset_value_t<D>;
    if constexpr (!core::accepts_keyed<T>())
      return core::poison{};
    else if constexpr (!K::template accepts<core::mapped_t<T>&&>())
      return core::poison{};
    else if constexpr (!merges<core::mapped_t<T>&&>())
      return core::poison{};
    else
      return core::combined(from, "aggregate_by_key", core::aggregate_ops<T, K>(std::move(sink)), partitions) |
             map(core::aggregate_result{});
  }
};

struct aggregate_by_key_fn {
  template <core::sink K>
  auto operator()(K sink, std::size_t partitions = 0) const {
    core::part_count("aggregate_by_key", partitions, 1);
    return aggregate_by_key_stage<K>(std::move(sink), partitions);
  }
};

}  // namespace leat::core

namespace leat {

/// Of pairs: one pair a key, whose value is what the sink makes of the key's values: `aggregate_by_key(stats())`. The zero of a
/// `fold` enters once for each key and partition that has it.
inline constexpr core::aggregate_by_key_fn aggregate_by_key{};

}  // namespace leat

#endif
