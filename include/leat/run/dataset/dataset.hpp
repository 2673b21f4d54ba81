// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_DATASET_DATASET_HPP
#define LEAT_RUN_DATASET_DATASET_HPP

#include <leat/core/pass_iterator.hpp>
#include <leat/run/dataset/sinks.hpp>
#include <leat/run/engine/action.hpp>
#include <leat/run/engine/iterate.hpp>

namespace leat::core {

/// What a dataset does for a stage of ranges that needs all elements in order: `static apply(dataset<T>, stage)`. Specialized
/// in run/operation, since a stage knows no datasets; what is for datasets alone is a `dataset_stage`, which has `apply`
/// itself.
template <class Stage>
struct dataset_operation;

}  // namespace leat::core

namespace leat {

template <class T, class P>
class open_dataset;

namespace core {

template <class S>
concept has_dataset_operation = requires { sizeof(dataset_operation<S>); };

template <class S>
consteval bool fits_dataset() {
  constexpr bool free_order = S::per_element || S::boundary;
  static_assert(free_order,
                "leat: this stage depends on the order of all elements, which a dataset's tasks do not see; if each partition "
                "by itself is meant, write per_partition(stage); docs/errors.md#ordered-on-dataset");
  constexpr bool copyable = std::copy_constructible<S>;
  static_assert(copyable,
                "leat: each task copies its functions, and this one only moves; capture a shared_ptr instead; "
                "docs/errors.md#move-only-on-dataset");
  return free_order && copyable;
}

template <class K, class In>
consteval bool sink_fits_dataset() {
  constexpr bool merges = in_order_sink<K> || mergeable<K, In>;
  static_assert(merges,
                "leat: this sink cannot merge the results of two partitions; give it a merge function, or collect() first; "
                "docs/errors.md#no-merge");
  constexpr bool copyable = std::copy_constructible<K>;
  static_assert(copyable,
                "leat: each task copies the sink's function, and this one only moves; capture a shared_ptr instead; "
                "docs/errors.md#move-only-on-dataset");
  return merges && copyable;
}

}  // namespace core

/// A partitioned collection, described and not yet run: erased, so that it can be a member or a parameter. Copies share the
/// description. An action or an iteration runs it, as often as wanted.
template <class T>
class [[nodiscard("leat: a dataset does nothing until an action or a loop reads it; docs/errors.md#dropped")]] dataset
    : public core::source_base,
      public core::dataset_members<dataset<T>> {
 public:
  using value_type = T;

  /// No dataset yet: using it throws `usage_error`.
  dataset() = default;
  explicit dataset(core::lineage_ptr<T> node) : node_(std::move(node)) {}

  const dataset& erase() const { return *this; }
  std::size_t partitions() const { return node()->partitions(); }
  /// The steps that this dataset stands on, one a line.
  std::string explain() const { return core::explain(*node()); }
  auto begin() const { return open().begin(); }
  std::default_sentinel_t end() const { return {}; }

  const core::lineage_ptr<T>& node() const {
    if (node_.empty()) throw usage_error("this dataset is empty-handed: it was made by default and nothing was assigned to it");
    return node_;
  }
  open_dataset<T, core::identity> open() const { return {*this, {}}; }

  template <class Self, class S>
  static auto attach(Self&& self, S stage) {
    return open_dataset<T, core::identity>::attach(self.open(), std::move(stage));
  }
  template <class Self, class K>
  static auto run(Self&& self, K sink) {
    return open_dataset<T, core::identity>::run(self.open(), std::move(sink));
  }

 private:
  core::lineage_ptr<T> node_{};
};

/// A dataset and the native stages behind it, not yet erased: they run as one loop.
template <class T, class P>
class [[nodiscard("leat: a dataset does nothing until an action or a loop reads it; docs/errors.md#dropped")]] open_dataset
    : public core::source_base,
      public core::dataset_members<open_dataset<T, P>> {
 public:
  using out = core::chain_out<T, P>;
  using value_type = value_t<out>;

  open_dataset(dataset<T> base, P pipeline) : base_(std::move(base)), pipeline_(std::move(pipeline)) {}

  dataset<value_type> erase() const {
    if constexpr (std::same_as<P, core::identity>)
      return base_;
    else
      return dataset<value_type>(core::make_node<core::chain_lineage<T, P>>(base_.node(), pipeline_));
  }
  operator dataset<value_type>() const { return erase(); }
  std::size_t partitions() const { return base_.partitions(); }
  std::string explain() const { return erase().explain(); }
  auto begin() const { return core::pass_iterator(std::make_shared<core::dataset_pass<T, P>>(base_.node(), pipeline_)); }
  std::default_sentinel_t end() const { return {}; }

  template <class Self, class S>
  static auto attach(Self&& self, S stage) {
    constexpr bool closes = P::boundary && !core::fusible<typename core::last_stage<P>::type, S>;
    if constexpr (core::has_dataset_operation<S>)
      return core::dataset_operation<S>::apply(self.erase(), std::move(stage));
    else if constexpr (!core::fits_dataset<S>())
      return core::poison{};
    else if constexpr (closes)
      return self.erase() | std::move(stage);
    else if constexpr (!S::template accepts<out>())
      return core::poison{};
    else
      return joined(std::forward<Self>(self).base_, core::join(P(std::forward<Self>(self).pipeline_), std::move(stage)));
  }

  template <class Self, class K>
  static auto run(Self&& self, K sink) {
    using in = std::conditional_t<core::in_order_sink<K>, value_type&&, out>;
    if constexpr (!K::template accepts<in>())
      return core::poison{};
    else if constexpr (!core::sink_fits_dataset<K, in>())
      return core::poison{};
    else {
      const open_dataset held(std::forward<Self>(self));  // a callback may end what the program holds
      return core::run_action(*held.base_.node(), held.pipeline_, sink);
    }
  }

 private:
  template <class Q>
  static open_dataset<T, Q> joined(dataset<T> base, Q pipeline) {
    return {std::move(base), std::move(pipeline)};
  }

  dataset<T> base_;
  P pipeline_;
};

}  // namespace leat

#endif
