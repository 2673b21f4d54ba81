// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_NAMED_OPTIONS_HPP
#define LEAT_PYTHON_NAMED_OPTIONS_HPP

#include <leat/core/config.hpp>
#include <leat/core/durations.hpp>
#include <leat/python/environment/options.hpp>
#include <leat/python/profile.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Two options share their names with functions of `python`: set by a value, asked by a call.
namespace leat::python_detail {

class pool;

class interpreter_option {
 public:
  interpreter_option() = default;
  interpreter_option(const char* path) : path_(path) {}
  interpreter_option(std::string path) : path_(std::move(path)) {}

  /// The path of the interpreter that runs.
  const std::string& operator()() const noexcept { return path_; }

 private:
  std::string path_{};
};

class profile_option {
 public:
  profile_option() = default;
  profile_option(bool on) : on_(on) {}
  profile_option(bool on, std::shared_ptr<pool> measured) : on_(on), measured_(std::move(measured)) {}

  explicit operator bool() const noexcept { return on_; }
  /// The functions that took most time in all sessions so far, as text; what python_options.profile has measured. Writes it to
  /// `file`, too, for Python's pstats.
  std::string operator()(const std::string& file = {}) const { return profile_of(measured_, file); }

 private:
  bool on_ = false;
  std::shared_ptr<pool> measured_{};
};

/// The options that a `python` was given by name.
struct named_options {
  interpreter_option& interpreter;
  std::vector<std::string>&imports, &path;
  std::vector<shipped_file>& files;
  std::vector<std::string>&archives, &requirements, &preload;
  std::string& working_folder;
  std::vector<std::pair<std::string, std::string>>& variables;
  std::vector<std::pair<std::string, std::vector<std::string>>>& worker_variables;
  python_hook &init, &exit;
  std::size_t workers;
  start_method start;
  unsigned attempts;
  std::chrono::milliseconds start_timeout;
  std::size_t memory;
  int nice;
  std::optional<unsigned> umask;
  std::size_t recycle_sessions, recycle_memory;
  std::chrono::milliseconds idle_timeout;
  bool debug;
  profile_option& profile;
  log_callback& log;
};

/// The pool for options of which each is given in one of two places. The pool has them then, so that copies of a `python` are
/// light.
LEAT_DECL std::shared_ptr<pool> start_pool(python_options& given, const named_options& named);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/impl/named_options.ipp>
#endif

#endif
