// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_PYTHON_HPP
#define LEAT_PYTHON_PYTHON_HPP

#include <leat/core/cpus.hpp>
#include <leat/python/stage.hpp>

namespace leat {

/// An interpreter with its workers, and the maker of stages that run there. `Wire` is how elements travel: `pickle` (default)
/// or `msgpack`. Copies share the workers, which end with the last of them and of the stages made.
template <class Wire = pickle>
class python {
 public:
  /// Starts the interpreter; throws start_failed when there is none.
  python(python_options options = {}) : workers_(std::make_shared<python_detail::pool>(with_defaults(std::move(options)))) {}

  /// `f(element)` for each element. `f` is an expression, "package.module:name", or a name in `source`.
  template <class Out = opaque, class F>
  auto map(F f) const {
    return make<Out>(python_detail::kind::map, std::move(f), nullptr);
  }
  template <class Out = opaque, class F>
  auto map(F f, const python_source& source) const {
    return make<Out>(python_detail::kind::map, std::move(f), &source);
  }
  /// The elements for which `f(element)` is true.
  template <class F>
  auto filter(F f) const {
    return make<python_detail::same>(python_detail::kind::filter, std::move(f), nullptr);
  }
  template <class F>
  auto filter(F f, const python_source& source) const {
    return make<python_detail::same>(python_detail::kind::filter, std::move(f), &source);
  }
  /// All that the iterable `f(element)` yields, for each element.
  template <class Out = opaque, class F>
  auto flat_map(F f) const {
    return make<Out>(python_detail::kind::flat_map, std::move(f), nullptr);
  }
  template <class Out = opaque, class F>
  auto flat_map(F f, const python_source& source) const {
    return make<Out>(python_detail::kind::flat_map, std::move(f), &source);
  }
  /// All that the iterable `f(list of elements)` yields, for each batch.
  template <class Out = opaque, class F>
  auto map_batches(F f) const {
    return make<Out>(python_detail::kind::map_batches, std::move(f), nullptr);
  }
  template <class Out = opaque, class F>
  auto map_batches(F f, const python_source& source) const {
    return make<Out>(python_detail::kind::map_batches, std::move(f), &source);
  }
  /// All that the iterable `f(iterator over the elements)` yields: of a dataset's partition, or of a whole plain range.
  template <class Out = opaque, class F>
  auto map_partitions(F f) const {
    return make<Out>(python_detail::kind::map_partitions, std::move(f), nullptr);
  }
  template <class Out = opaque, class F>
  auto map_partitions(F f, const python_source& source) const {
    return make<Out>(python_detail::kind::map_partitions, std::move(f), &source);
  }

  /// The same workers; stages over plain ranges yield results as they come, in no order.
  python unordered() const {
    python loose = *this;
    loose.ordered_ = false;
    return loose;
  }

  const std::string& interpreter() const noexcept { return workers_->interpreter(); }
  const python_options& options() const noexcept { return workers_->options(); }
  /// The workers that run now.
  std::vector<pid_t> worker_pids() const { return workers_->worker_pids(); }
  pid_t daemon_pid() const { return workers_->daemon_pid(); }

 private:
  static python_options with_defaults(python_options options) {
    if (options.workers == 0) options.workers = usable_cpus();
    return options;
  }
  template <class Out, class F>
  auto make(python_detail::kind does, F f, const python_source* source) const {
    constexpr bool text = std::convertible_to<F, std::string>;
    static_assert(
        text,
        "leat: a Python function is given as text, such as \"lambda x: x + 1\" or \"package.module:name\"; a C++ function goes "
        "into leat::map(f); docs/errors.md#python-function");
    if constexpr (text)
      return python_stage<Wire, Out>(workers_, {python_detail::make_function(does, std::move(f), source)}, ordered_);
    else
      return core::poison{};
  }

  std::shared_ptr<python_detail::pool> workers_;
  bool ordered_ = true;
};

}  // namespace leat

#endif
