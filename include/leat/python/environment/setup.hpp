// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_SETUP_HPP
#define LEAT_PYTHON_ENVIRONMENT_SETUP_HPP

#include <leat/core/config.hpp>
#include <leat/core/durations.hpp>
#include <leat/python/environment/options.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace leat {

/// `python_options` one call after the other, in any order: `leat::python
/// py(leat::python_setup().workers(2).imports({"math"}))`. Each call sets the member of its name; those that take lists add to
/// what was given before.
class python_setup {
 public:
  using texts = std::vector<std::string>;

  python_setup& interpreter(std::string path) { return set(options_.interpreter, std::move(path)); }
  LEAT_DECL python_setup& imports(const texts& modules);
  LEAT_DECL python_setup& path(const texts& folders);
  LEAT_DECL python_setup& files(const std::vector<shipped_file>& files);
  LEAT_DECL python_setup& archives(const texts& paths);
  LEAT_DECL python_setup& requirements(const texts& packages);
  LEAT_DECL python_setup& preload(const texts& modules);
  python_setup& working_folder(std::string path) { return set(options_.working_folder, std::move(path)); }
  LEAT_DECL python_setup& variable(std::string name, std::string value);
  LEAT_DECL python_setup& worker_variable(std::string name, texts values);
  LEAT_DECL python_setup& init(python_hook f);
  LEAT_DECL python_setup& exit(python_hook f);
  python_setup& workers(std::size_t n) { return set(options_.workers, n); }
  python_setup& start(start_method how) { return set(options_.start, how); }
  python_setup& attempts(unsigned n) { return set(options_.attempts, n); }
  python_setup& start_timeout(std::chrono::milliseconds time) { return set(options_.start_timeout, time); }
  python_setup& memory(std::size_t bytes) { return set(options_.memory, bytes); }
  python_setup& nice(int n) { return set(options_.nice, n); }
  LEAT_DECL python_setup& umask(unsigned bits);
  python_setup& recycle_sessions(std::size_t n) { return set(options_.recycle_sessions, n); }
  python_setup& recycle_memory(std::size_t bytes) { return set(options_.recycle_memory, bytes); }
  python_setup& idle_timeout(std::chrono::milliseconds time) { return set(options_.idle_timeout, time); }
  python_setup& debug(bool on = true) { return set(options_.debug, on); }
  python_setup& profile(bool on = true) { return set(options_.profile, on); }
  LEAT_DECL python_setup& log(log_callback f);

  const python_options& options() const noexcept { return options_; }
  LEAT_DECL operator python_options() const;

 private:
  template <class T, class U>
  python_setup& set(T& member, U&& value) {
    member = std::forward<U>(value);
    return *this;
  }
  template <class T>
  python_setup& add(std::vector<T>& member, const std::vector<T>& more);

  python_options options_;
};

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/environment/impl/setup.ipp>
#endif

#endif
