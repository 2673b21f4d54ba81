// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_OPTIONS_HPP
#define LEAT_PYTHON_ENVIRONMENT_OPTIONS_HPP

#include <leat/core/durations.hpp>
#include <leat/core/log.hpp>
#include <leat/python/function/function.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leat {

/// How a worker begins: forked from the daemon (0.3 ms), or a fresh interpreter (10 ms) for code that a fork would break.
enum class start_method { fork, spawn };

/// A file or folder that workers get a copy of, under its own name; or, from `inline_file`, a file that is given as text.
struct shipped_file {
  shipped_file(const char* from) : path(from) {}
  shipped_file(std::string from) : path(std::move(from)) {}

  std::string path{};                 // relative ones start at the working folder
  std::string name{};                 // of one given as text
  std::optional<std::string> text{};  // its content
};

/// A file for `python_options.files` that need not exist: `name` may hold folders, as in "package/module.py".
inline shipped_file inline_file(std::string name, std::string text) {
  shipped_file file("");
  file.name = std::move(name);
  file.text = std::move(text);
  return file;
}

/// A Python function without arguments: an expression, "package.module:name", or a name in `source`.
struct python_hook {
  python_hook() = default;
  python_hook(const char* f) : function(f) {}
  python_hook(std::string f, python_source from = {}) : function(std::move(f)), source(std::move(from)) {}

  std::string function{};  // empty: none
  python_source source{};
};

/// Which interpreter runs the functions, what they find there, and how long a worker lives. More: docs/guide/environments.md.
struct python_options {
  std::string interpreter{};                // a path, a name, or an environment's folder; default: $LEAT_PYTHON, then python3
  std::vector<std::string> imports{};       // modules that functions may name: "math", "numpy as np"
  std::vector<std::string> path{};          // folders put in front of sys.path
  std::vector<shipped_file> files{};        // copied to a private folder, in front of all others
  std::vector<std::string> archives{};      // zip files and wheels, unpacked there
  std::vector<std::string> requirements{};  // packages, such as "numpy>=1.20", that must be installed
  std::vector<std::string> preload{};       // modules imported once, before workers are forked
  std::string working_folder{};             // of the workers; default: this process's
  std::vector<std::pair<std::string, std::string>> variables{};                      // added to the environment of the workers
  std::vector<std::pair<std::string, std::vector<std::string>>> worker_variables{};  // a value for each worker, by its number
  python_hook init{}, exit{};  // called once a worker, at its start and at its end
  std::size_t workers = 0;     // for a plain range; default: the CPUs this process may use
  start_method start = start_method::fork;
  unsigned attempts = 4;                            // for a batch whose worker dies
  std::chrono::milliseconds start_timeout{30'000};  // for the interpreter to be ready
  std::size_t memory = 0;                           // bytes that a worker and its children may hold; 0: no limit
  int nice = 0;                                     // added to this process's niceness
  std::optional<unsigned> umask{};                  // of the workers
  std::size_t recycle_sessions = 0;                 // a worker that has served so many is replaced; 0: none is
  std::size_t recycle_memory = 0;                   // and one that holds more bytes at a session's end; 0: none
  std::chrono::milliseconds idle_timeout{0};        // after which idle workers end; 0: with the last copy
  bool debug = false;                               // one worker, and no timeout
  bool profile = false;                             // measures the functions for python::profile
  log_callback log{};                               // default: lines of the workers go to stderr, tagged
};

}  // namespace leat

#endif
