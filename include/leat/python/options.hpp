// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_OPTIONS_HPP
#define LEAT_PYTHON_OPTIONS_HPP

#include <leat/core/log.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace leat {

/// How a worker begins: forked from the daemon (0.3 ms), or a fresh interpreter (10 ms) for code that a fork would break.
enum class start_method { fork, spawn };

/// Which interpreter runs the functions, and what they find there.
struct python_options {
  std::string interpreter{};                                     // default: $LEAT_PYTHON, then python3 on PATH
  std::vector<std::string> imports{};                            // modules that functions may name
  std::vector<std::string> path{};                               // folders put in front of sys.path
  std::vector<std::pair<std::string, std::string>> variables{};  // added to the environment of the workers
  std::size_t workers = 0;                                       // for a plain range; default: the CPUs this process may use
  start_method start = start_method::fork;
  unsigned attempts = 4;                            // for a batch whose worker dies
  std::chrono::milliseconds start_timeout{30'000};  // for the interpreter to be ready
  log_callback log{};                               // default: lines of the workers go to stderr, tagged
};

}  // namespace leat

#endif
