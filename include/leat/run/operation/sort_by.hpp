// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_SORT_BY_HPP
#define LEAT_RUN_OPERATION_SORT_BY_HPP

#include <leat/run/dataset/dataset_stage.hpp>
#include <leat/shuffle/merge_sort.hpp>
#include <leat/shuffle/ranges.hpp>
#include <leat/stage/map.hpp>

namespace leat {

/// How sort_by orders: `partitions` 0 keeps their number.
struct sort_options {
  bool descending = false;
  std::size_t partitions = 0;
};

namespace core {

/// An element with its key, where the key is no part of the element: each key is computed once.
template <class K, class T>
struct with_key {
  K key;
  T value;

  std::size_t heap_bytes() const { return core::heap_bytes(key) + core::heap_bytes(value); }
};

/// Sorts by sampled ranges: every task sorts its partition; samples of all runs give the bounds of the ranges; one task a range
/// merges its pieces of the runs, in their order, so that equal keys stay in order.
template <class T, class F>
class sort_lineage final : public stored_lineage<T> {
  using key_ref = std::invoke_result_t<F&, const T&>;
  using key = std::remove_cvref_t<key_ref>;
  static constexpr bool in_place = std::is_lvalue_reference_v<key_ref>;  // the function only selects
  using item = std::conditional_t<in_place, T, with_key<key, T>>;

 public:
  sort_lineage(lineage_ptr<T> base, F f, sort_options how)
      : stored_lineage<T>(base->home(), {base}, part_count("sort_by", how.partitions, base->partitions())),
        base_(*base),
        f_(std::move(f)),
        order_{how.descending},
        partitions_(this->partitions()) {
    check_pieces("sort_by", base->partitions(), partitions_);
  }

  const char* name() const override { return "sort_by"; }

 private:
  struct before {
    mutable F f;
    key_order<key> order;

    decltype(auto) key_of(const item& x) const {
      if constexpr (in_place)
        return std::invoke(f, x);
      else
        return (x.key);
    }
    bool operator()(const item& a, const item& b) const { return order(key_of(a), key_of(b)); }
  };

  stored_partitions<T> make(job& j) const override {
    stored_partitions<item> runs, sorted;
    runs.reserve(base_.partitions());
    run_stored<item>(
        j, name(), 0, base_.partitions(), 0, [&](task& t, stored_partition<item>& into) { sort_one(t, into); },
        [&](stored_partition<item>&& part) { return runs.emplace_back(std::move(part)), true; });
    const auto cuts = cut(runs);
    stored_partitions<T> all;
    all.reserve(partitions_);
    run_stored<T>(
        j, name(), 0, partitions_, 0, [&](task& t, stored_partition<T>& into) { merge(t, cuts, into); },
        [&](stored_partition<T>&& part) { return all.emplace_back(std::move(part)), true; });
    return all;
  }

  void sort_one(task& t, stored_partition<item>& into) const {
    collector<item> keep(t, into);
    if constexpr (in_place) {
      base_.produce(t, t.partition(), keep);
    } else {
      auto decorate = [f = f_](T&& x) mutable {
        key k = std::invoke(f, std::as_const(x));
        return item{std::move(k), std::move(x)};
      };
      run_chain_in_chunks(t, base_, t.partition(), map(decorate), keep);
    }
    const std::size_t bytes = into.held.bytes();
    into.held.grow(into.items.size() * sizeof(item));  // what merging needs beside
    merge_sort(into.items, before{f_, order_}, [&] { t.check(); });
    into.held.resize(bytes);
  }

  /// Where each range begins in each run: cuts[run][range], and the run's end.
  std::vector<std::vector<item*>> cut(stored_partitions<item>& runs) const {
    const before less{f_, order_};
    std::size_t n = 0;
    for (auto const& r : runs) n += r.items.size();
    // Regular samples of sorted runs, 32 a range: a range differs from the mean by a 32nd of it at most for each run.
    const std::size_t step = std::max<std::size_t>(1, n / (32 * partitions_));
    block<key> samples;
    for (auto const& r : runs) {
      for (std::size_t i = step - 1; i < r.items.size(); i += step) samples.emplace_back(less.key_of(r.items[i]));
      if (!r.items.empty()) samples.emplace_back(less.key_of(r.items[r.items.size() - 1]));
    }
    merge_sort(samples, order_, [] {});  // unlike std::sort, stays in its memory where a key's own < is no order
    const std::vector<key> bounds = range_bounds(samples, partitions_, order_);
    std::vector<std::vector<item*>> cuts;
    for (auto& r : runs) {
      auto& at = cuts.emplace_back(1, r.items.begin());
      for (const key& b : bounds)
        at.push_back(std::upper_bound(at.back(), r.items.end(), b,
                                      [&](const key& k, const item& x) { return order_(k, less.key_of(x)); }));
      at.resize(partitions_ + 1, r.items.end());
    }
    return cuts;
  }

  void merge(task& t, const std::vector<std::vector<item*>>& cuts, stored_partition<T>& into) const {
    const std::size_t range = t.partition();
    t.consumed = true;  // of the runs
    block<item> from;
    std::vector<std::size_t> ends{0};
    std::size_t n = 0;
    for (auto const& at : cuts) n += static_cast<std::size_t>(at[range + 1] - at[range]);
    into.held.grow(2 * n * sizeof(item));
    from.reserve(n);
    for (auto const& at : cuts) {
      for (item* x = at[range]; x != at[range + 1]; ++x) from.unchecked(std::move(*x));
      if (from.size() != ends.back()) ends.push_back(from.size());
    }
    merge_runs(from, std::move(ends), before{f_, order_}, [&] { t.check(); });
    if constexpr (in_place) {
      into.items = std::move(from);
    } else {
      into.items.reserve(n);
      for (item& x : from) into.items.unchecked(std::move(x.value));
    }
    into.held.resize(footprint<T>(into.items.span()));
  }

  const lineage<T>& base_;
  F f_;
  key_order<key> order_;
  std::size_t partitions_;
};

}  // namespace core

}  // namespace leat

namespace leat::core {

template <class F>
struct [[nodiscard]] sort_by_stage : dataset_stage {
  F f;
  sort_options how;

  sort_by_stage(F key, sort_options options) : f(std::move(key)), how(options) {}

  template <core::dataset_source D>
  auto apply(const D& from) && {
    using T = core::dataset_value_t<D>;
    constexpr bool sortable = std::copy_constructible<F> && requires(F& key, const T& x) {
      { std::invoke(key, x) < std::invoke(key, x) } -> std::convertible_to<bool>;
      requires std::copy_constructible<std::remove_cvref_t<decltype(std::invoke(key, x))>>;
    };
    static_assert(sortable || core::undeclared<T, sortable>(),
                  "leat: the function of sort_by must be copyable, take a const element and return a copyable key with <; "
                  "docs/errors.md#sort-key");
    if constexpr (sortable)
      return core::dataset_of(make_node<core::sort_lineage<T, F>>(from.erase().node(), std::move(f), how));
    else
      return core::poison{};
  }
};

struct sort_by_fn {
  template <class F = std::identity>
  auto operator()(F key = {}, sort_options how = {}) const {
    core::part_count("sort_by", how.partitions, 1);
    return sort_by_stage<F>(std::move(key), how);
  }
};

}  // namespace leat::core

namespace leat {

/// The elements sorted by `key(element)`, equal keys in their order, in ranges of about equal size: `sort_by(&row::id,
/// {.descending = true})`. Keys need `<`; NaN stands behind all other numbers.
inline constexpr core::sort_by_fn sort_by{};

}  // namespace leat

#endif
