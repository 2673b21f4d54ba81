// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_ACTION_HPP
#define LEAT_RUN_ENGINE_ACTION_HPP

#include <leat/core/heap_array.hpp>
#include <leat/core/maybe.hpp>
#include <leat/run/engine/charging_node.hpp>
#include <leat/run/engine/stored_partition.hpp>
#include <leat/run/engine/stored_partitions.hpp>

#include <algorithm>
#include <optional>

namespace leat::core {

/// Sinks that must see all elements in order, in the caller's thread.
template <class K>
concept in_order_sink = requires { requires K::in_order; };

/// The last node of an action's chain: notes whether the sink has had enough.
template <class State, class In>
struct action_node {
  State* state;
  bool* satisfied;

  bool start(start_info n) { return note(state->start(n)); }
  bool operator()(In&& x) { return note((*state)(std::forward<In>(x))); }
  void finish() { state_node<State, In>{state}.finish(); }
  bool note(bool more) {
    if (!more) *satisfied = true;
    return more;
  }
};

/// One state a partition, merged in partition order. A sink that stops early gets partitions in growing groups, until one had
/// enough.
template <class T, class P, class K>
auto merge_partitions(job& j, const lineage<T>& base, const P& pipeline, const K& sink) {
  using out = chain_out<T, P>;
  using state = state_of<K, out>;
  const std::size_t n = base.partitions();
  state total = make_state<out>(sink);
  reservation held(j.home().memory(), "the result");
  bool enough = false;
  // A sink that may have enough gets groups of 1, 4, 16, ... partitions: at most four times what is needed is made for nothing,
  // and where all is needed there are few groups to wait for.
  for (std::size_t first = 0, group = K::stops_early ? 1 : n; first < n && !enough; group *= 4) {
    const std::size_t last = first + std::min(group, n - first);
    struct part {
      state made;
      reservation held;
      bool satisfied;
    };
    const heap_array parts(new maybe<part>[last - first]);
    auto attempt = [&](task& t) {
      state mine = make_state<out>(sink);
      reservation share(j.home().memory(), "the result");
      bool satisfied = false;
      run_chain(t, base, t.partition(), pipeline, charged<K, out>(share, action_node<state, out>{&mine, &satisfied}));
      parts[t.partition() - first].emplace(part{std::move(mine), std::move(share), satisfied});
    };
    auto arrived = [&](std::size_t p) {
      maybe<part>& one = parts[p - first];
      total.merge(std::move(one->made));
      held.absorb(std::move(one->held));
      enough = K::stops_early && one->satisfied;
      one.reset();
      return !enough;
    };
    j.home().run({"result", &j, first, last, attempt, arrived});
    first = last;
  }
  return total.result();
}

/// The partitions are made in the pool, a bounded number ahead, and given to the sink in order, in this thread.
template <class T, class P, class K>
auto deliver_partitions(job& j, const lineage<T>& base, const P& pipeline, const K& sink) {
  using out = value_t<chain_out<T, P>>;
  auto state = make_state<out&&>(sink);
  bool more = state.start({});
  auto attempt = [&](task& t, stored_partition<out>& into) {
    collector<out> keep(t, into);
    run_chain_in_chunks(t, base, t.partition(), pipeline, keep);
  };
  auto arrived = [&](stored_partition<out>&& part) {
    for (auto x = part.items.begin(); more && x != part.items.end(); ++x) more = state(std::move(*x));
    return more;
  };
  if (more) run_stored<out>(j, "result", 0, base.partitions(), j.home().options().slots, attempt, arrived);
  state_node<decltype(state), out&&>{&state}.finish();
  return state.result();
}

/// Runs `fill` on a planned and prepared job. A task that had moved its input out cannot be tried again: the job then starts
/// anew and keeps its inputs.
template <class T, class F>
auto run_job(const lineage<T>& base, bool fragile, bool keep, F fill) {
  engine::entry running(*base.home());
  std::exception_ptr lost;
  for (;; keep = true) {
    job j(*base.home(), keep);
    try {
      prepare(base, j, fragile);
      if constexpr (std::is_void_v<decltype(fill(j))>) {
        fill(j);
        return j.commit();
      } else {
        auto result = fill(j);
        j.commit();
        return result;
      }
    } catch (const inputs_consumed& inputs) {
      if (keep) std::rethrow_exception(inputs.cause);
      lost = inputs.cause;
    } catch (const elements_taken&) {
      j.commit();
      if (lost) std::rethrow_exception(lost);  // for which the job has started again
      throw;
    } catch (...) {
      j.commit();  // of the tasks that have succeeded
      throw;
    }
  }
}

/// The one function through which all sinks of datasets go.
template <class T, class P, class K>
auto run_action(const lineage<T>& base, const P& pipeline, const K& sink) {
  return run_job(base, has_boundary<P>, in_order_sink<K>, [&](job& j) {
    if constexpr (in_order_sink<K>)
      return deliver_partitions(j, base, pipeline, sink);
    else
      return merge_partitions(j, base, pipeline, sink);
  });
}

}  // namespace leat::core

#endif
