// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_PYTHON_HPP
#define LEAT_PYTHON_PYTHON_HPP

#include <leat/posix/cpus.hpp>
#include <leat/python/environment/environment.hpp>
#include <leat/python/environment/setup.hpp>
#include <leat/python/named_options.hpp>
#include <leat/python/profile.hpp>
#include <leat/python/stage.hpp>

namespace leat {

// Calls and sources have headers of their own, which those who use them include: leat.hpp does.
template <class Signature, class Wire>
class python_function;
template <class Wire, class T>
class generated;

namespace python_detail {
template <class Signature, class Wire>
consteval bool callable();
}

/// An interpreter with its workers, and the maker of stages that run there. `Wire` is how elements travel: `pickle` (default)
/// or `msgpack`. Copies share the workers, which end with the last of them and of the stages made. Making one starts the
/// interpreter; it throws start_failed when there is none.
///
/// Options are given by name, `python py{.workers = 2}`, in the order of python_options, or as one value, `python py(options)`.
/// An aggregate takes both; `options()` has what came of them.
template <class Wire = pickle>
struct python {
  python_options given{};

  python_detail::interpreter_option interpreter{};
  std::vector<std::string> imports{}, path{};
  std::vector<shipped_file> files{};
  std::vector<std::string> archives{}, requirements{}, preload{};
  std::string working_folder{};
  std::vector<std::pair<std::string, std::string>> variables{};
  std::vector<std::pair<std::string, std::vector<std::string>>> worker_variables{};
  python_hook init{}, exit{};
  std::size_t workers = 0;
  start_method start = start_method::fork;
  unsigned attempts = python_options().attempts;
  std::chrono::milliseconds start_timeout = python_options().start_timeout;
  std::size_t memory = 0;
  int nice = 0;
  std::optional<unsigned> umask{};
  std::size_t recycle_sessions = 0, recycle_memory = 0;
  std::chrono::milliseconds idle_timeout{0};
  bool debug = false;
  python_detail::profile_option profile{};
  log_callback log{};

  // Not for users; an aggregate has nothing private.
  std::shared_ptr<python_detail::pool> workers_ = begin(*this);
  bool ordered_ = true;

  /// `f(element)` for each element. `f` is an expression, "package.module:name", a name in `source`, or a
  /// `pickled_function`.
  template <class Out = opaque, class F>
  auto map(F f) const {
    return make<Out>(python_detail::kind::map, std::move(f), nullptr);
  }
  template <class Out = opaque, class F>
  auto map(F f, const python_source& source) const {
    return make<Out>(python_detail::kind::map, std::move(f), &source);
  }
  /// `f(*element)` for each element, which is a tuple, a list or alike: its items are the arguments, as in itertools.starmap.
  template <class Out = opaque, class F>
  auto starmap(F f) const {
    return make<Out>(python_detail::kind::map, std::move(f), nullptr, true);
  }
  template <class Out = opaque, class F>
  auto starmap(F f, const python_source& source) const {
    return make<Out>(python_detail::kind::map, std::move(f), &source, true);
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

  /// A source: what the iterable `f()` yields, or one after the other `f(0)` to `f(partitions - 1)`; made as it is read.
  template <class Out = opaque, class F>
  auto generate(F f) const {
    return source<Out>(std::move(f), nullptr, {});
  }
  template <class Out = opaque, class F>
  auto generate(F f, std::size_t partitions) const {
    return source<Out>(std::move(f), nullptr, partitions);
  }
  template <class Out = opaque, class F>
  auto generate(F f, const python_source& in) const {
    return source<Out>(std::move(f), &in, {});
  }
  template <class Out = opaque, class F>
  auto generate(F f, const python_source& in, std::size_t partitions) const {
    return source<Out>(std::move(f), &in, partitions);
  }

  /// A value that each worker gets once; see `leat::broadcast`.
  template <class T>
  leat::broadcast broadcast(const T& value) const {
    return leat::broadcast(value);
  }

  /// A Python function to be called like one of C++: `py.function<double(double)>("math:sqrt")`.
  template <class Signature = void, class F>
  auto function(F f) const {
    return call<Signature>(std::move(f), nullptr);
  }
  template <class Signature = void, class F>
  auto function(F f, const python_source& in) const {
    return call<Signature>(std::move(f), &in);
  }

  /// A Python function of many arguments at once that C++ calls with one: `py.batch_function<double(point)>("model:Predict")`.
  /// It gets those of all threads that call meanwhile, as a list (with `columns` as arrays), and returns as many results.
  template <class Signature = void, class F>
  auto batch_function(F f) const {
    return call<Signature>(std::move(f), nullptr, python_detail::kind::call_batch);
  }
  template <class Signature = void, class F>
  auto batch_function(F f, const python_source& in) const {
    return call<Signature>(std::move(f), &in, python_detail::kind::call_batch);
  }

  /// The same workers; stages over plain ranges yield results as they come, in no order.
  python unordered() const {
    python loose = *this;
    loose.ordered_ = false;
    return loose;
  }

  const python_options& options() const noexcept { return python_detail::options_of(*workers_); }
  /// The workers that run now.
  std::vector<pid_t> worker_pids() const { return python_detail::worker_pids_of(*workers_); }
  pid_t daemon_pid() const { return python_detail::daemon_pid_of(*workers_); }

 private:
  static std::shared_ptr<python_detail::pool> begin(python& p) {
    auto& [given, interpreter, imports, path, files, archives, requirements, preload, working_folder, variables,
           worker_variables, init, exit, workers, start, attempts, start_timeout, memory, nice, umask, recycle_sessions,
           recycle_memory, idle_timeout, debug, profile, log, pool, ordered] = p;  // all members, so that none is forgotten
    return python_detail::start_pool(given, {interpreter,    imports,      path,           files,     archives,
                                             requirements,   preload,      working_folder, variables, worker_variables,
                                             init,           exit,         workers,        start,     attempts,
                                             start_timeout,  memory,       nice,           umask,     recycle_sessions,
                                             recycle_memory, idle_timeout, debug,          profile,   log});
  }
  template <class F>
  static consteval bool is_function() {
    constexpr bool text = std::same_as<F, pickled_function> || std::convertible_to<F, std::string>;
    static_assert(
        text,
        "leat: a Python function is given as text, such as \"lambda x: x + 1\" or \"package.module:name\"; a C++ function goes "
        "into leat::map(f); docs/errors.md#python-function");
    return text;
  }
  template <class F>
  static python_detail::function function_of(python_detail::kind does, F f, const python_source* source) {
    if constexpr (std::same_as<F, pickled_function>)
      return python_detail::make_function(does, std::move(f));
    else
      return python_detail::make_function(does, std::move(f), source);
  }
  template <class Out, class F>
  auto make(python_detail::kind does, F f, const python_source* source, bool spreads = false) const {
    if constexpr (is_function<F>()) {
      auto what = function_of(does, std::move(f), source);
      return python_stage<Wire, Out>(workers_, {spreads ? spread(std::move(what)) : std::move(what)}, ordered_);
    } else
      return core::poison{};
  }
  template <class Out, class F>
  auto source(F f, const python_source* in, std::optional<std::size_t> partitions) const {
    constexpr bool receives = std::same_as<Out, opaque> || Wire::template decodable<Out>;
    static_assert(receives || wire::lacks_fields<Out, receives>(),
                  "leat: Python results cannot be decoded to this type; declare a type of the table in docs/types.md; "
                  "docs/errors.md#python-decode");
    if constexpr (!is_function<F>() || !receives)
      return core::poison{};
    else
      return generated<Wire, Out>(workers_, function_of(python_detail::kind::generate, std::move(f), in), partitions);
  }

  template <class Signature, class F>
  auto call(F f, const python_source* in, python_detail::kind does = python_detail::kind::call) const {
    if constexpr (!is_function<F>() || !python_detail::callable<Signature, Wire>())
      return core::poison{};
    else
      return python_function<Signature, Wire>(workers_, function_of(does, std::move(f), in));
  }
};

}  // namespace leat

#endif
