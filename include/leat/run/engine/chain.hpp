// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_CHAIN_HPP
#define LEAT_RUN_ENGINE_CHAIN_HPP

#include <leat/core/drive.hpp>
#include <leat/core/sink.hpp>
#include <leat/run/engine/lineage.hpp>

namespace leat::core {

template <class P>
inline constexpr bool has_boundary = P::boundary;
template <class A, class B>
inline constexpr bool has_boundary<pipe<A, B>> = has_boundary<A> || has_boundary<B>;

/// The last stage of a chain.
template <class P>
struct last_stage {
  using type = P;
};
template <class A, class B>
struct last_stage<pipe<A, B>> {
  using type = B;
};

/// What a typed chain over elements of `T` yields.
template <class T, class P>
using chain_out = typename P::template result<T&&>;

/// Feeds chunks into a bound chain, one loop a chunk.
template <class T, class Chain>
class chain_feed final : public chunk_consumer<T> {
 public:
  chain_feed(task& t, Chain chain) : task_(t), chain_(std::move(chain)) {}

  bool start(start_info n) override {
    n.run = &task_.run;
    return chain_.start(n);
  }
  [[gnu::noinline]] bool operator()(slice<T> chunk) override {  // inlined, its loop gets too few registers
    task_.check();
    if constexpr (block_chain<Chain, T>) return chain_.block(chunk.data(), chunk.size());
    for (T& x : chunk) {
      if constexpr (trivially_moved<T>) {
        T copy(x);
        if (!chain_(std::move(copy))) return false;
      } else {
        if (!chain_(std::move(x))) return false;
      }
    }
    return true;
  }
  void finish() { chain_.finish(); }

 private:
  task& task_;
  Chain chain_;
};

/// Runs one partition of `base` through its own copy of the pipeline into `last`, a node.
template <class T, class P, class Node>
void run_chain(task& t, const lineage<T>& base, std::size_t partition, const P& pipeline, Node last) {
  auto chain = P::template bind<T&&>(pipeline, std::move(last));
  chain_feed<T, decltype(chain)> feed(t, std::move(chain));
  base.produce(t, partition, feed);
  feed.finish();
}

/// The same, where what the chain yields goes on in chunks.
template <class T, class P>
void run_chain_in_chunks(task& t, const lineage<T>& base, std::size_t partition, const P& pipeline,
                         chunk_consumer<value_t<chain_out<T, P>>>& to) {
  using out = chain_out<T, P>;
  chunk_buffer<value_t<out>> buffer(to);
  run_chain(t, base, partition, pipeline, buffer_node<value_t<out>, out>{&buffer});
  buffer.flush();
}

/// A chain that has been closed: its elements go on in chunks.
template <class T, class P>
class chain_lineage final : public lineage<value_t<chain_out<T, P>>> {
 public:
  using out = value_t<chain_out<T, P>>;

  chain_lineage(lineage_ptr<T> base, P pipeline)
      : lineage<out>(base->home(), {base}, base->partitions()), base_(*base), pipeline_(std::move(pipeline)) {}

  const char* name() const override { return has_boundary<P> ? "stages with a boundary" : "stages"; }
  void plan(job&, const reading& by, std::vector<reading>& into) const override {
    into.push_back({&base_, by.fragile || has_boundary<P>, by.depth + 1});
  }
  void produce(task& t, std::size_t partition, chunk_consumer<out>& to) const override {
    run_chain_in_chunks(t, base_, partition, pipeline_, to);
  }

 private:
  const lineage<T>& base_;
  P pipeline_;
};

}  // namespace leat::core

#endif
