// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_WORKER_HPP
#define LEAT_PYTHON_ENVIRONMENT_WORKER_HPP

#include <leat/python/environment/connection.hpp>
#include <leat/python/environment/output_log.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace leat::python_detail {

/// One Python process.
struct worker {
  std::uint32_t number = 0;  // the daemon's name for it

  connection link{};  // of whoever holds the worker

  // Under the pool's lock.
  std::uint32_t generation = 0;  // of the daemon that forks it
  std::chrono::steady_clock::time_point asked{};
  pid_t pid = -1;                                 // -1: the daemon has not answered yet
  descriptor pidfd{};                             // readable when the process has ended
  std::optional<int> status{};                    // as of waitpid, once it has ended
  std::string failure{};                          // why it could not be started
  std::string cause{};                            // why its daemon killed it
  std::size_t index = 0;                          // the lowest number that no other living worker has
  bool leaving = false;                           // it was told to end
  std::chrono::steady_clock::time_point until{};  // when an idle one is told to end, or a leaving one is killed; zero: never
  bool lost = false;                              // its daemon ended first, so nobody knows its status
  output_stream output[2]{};
  std::deque<std::string> tail{};  // last lines of its stderr
};

}  // namespace leat::python_detail

#endif
