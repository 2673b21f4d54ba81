// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_DATASET_SINKS_HPP
#define LEAT_RUN_DATASET_SINKS_HPP

#include <leat/sink/count.hpp>
#include <leat/sink/first.hpp>
#include <leat/sink/fold.hpp>
#include <leat/sink/for_each.hpp>
#include <leat/sink/max.hpp>
#include <leat/sink/min.hpp>
#include <leat/sink/reduce.hpp>
#include <leat/sink/stats.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/sink/top.hpp>
#include <leat/stage/take.hpp>

namespace leat::core {

/// The actions that a dataset has as members: each is `dataset | sink`.
template <class Dataset>
class dataset_members {
 public:
  /// All elements in partition order, as a vector.
  auto collect() const { return self() | to_vector(); }
  auto count() const { return self() | leat::count(); }
  /// The first element in partition order. Throws `empty_dataset`.
  auto first() const { return self() | leat::first(); }
  /// The first `n` elements in partition order; runs as few partitions as it can.
  template <std::integral N>
  auto take(N n) const {
    return self() | leat::take(n) | to_vector();
  }
  bool is_empty() const { return take(1).empty(); }
  template <class Op>
  auto reduce(Op op) const {
    return self() | leat::reduce(std::move(op));
  }
  /// `zero` enters once a partition and once where their results are merged.
  template <class Zero, class... Op>
  auto fold(Zero zero, Op... op) const {
    return self() | leat::fold(std::move(zero), std::move(op)...);
  }
  template <class T = void>
  auto sum() const {
    return self() | leat::sum<T>();
  }
  template <class... Order>
  auto min(Order... order) const {
    return self() | leat::min(std::move(order)...);
  }
  template <class... Order>
  auto max(Order... order) const {
    return self() | leat::max(std::move(order)...);
  }
  auto stats() const { return self() | leat::stats(); }
  template <std::integral N, class... Order>
  auto top(N n, Order... order) const {
    return self() | leat::top(n, std::move(order)...);
  }
  /// Calls `f` on each element in order, in this thread; a bounded number of partitions is made ahead.
  template <class F>
  void for_each(F f) const {
    self() | leat::for_each(std::move(f));
  }

 private:
  const Dataset& self() const { return static_cast<const Dataset&>(*this); }
};

}  // namespace leat::core

#endif
