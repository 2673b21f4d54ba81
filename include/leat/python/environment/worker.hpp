// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_WORKER_HPP
#define LEAT_PYTHON_ENVIRONMENT_WORKER_HPP

#include <leat/python/shared/shared_buffer.hpp>
#include <leat/python/shared/shared_value.hpp>
#include <leat/wire/frame.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace leat::python_detail {

/// A stream of a worker's output on its way to the log: cuts it into lines and keeps the last ones.
struct output_stream {
  descriptor fd{};
  std::string partial{};
  bool is_error = false;
};

/// One Python process. The conversation's fields belong to the thread that holds the worker; the rest to the pool's lock.
struct worker {
  std::uint32_t number = 0;  // the daemon's name for it

  descriptor socket{};
  std::uint32_t sessions = 0;  // conversations so far
  wire::frame_reader reader{};
  std::vector<bool> knows{};                                        // buffers of elements whose descriptor it has, by number
  std::map<std::uint64_t, std::shared_ptr<shared_buffer>> loans{};  // buffers that it may still look at
  std::vector<std::unique_ptr<shared_buffer>> results{};            // its own to fill, by number
  std::vector<bool> filled{};                                       // of those: for this process to read
  std::vector<std::uint64_t> read{};                                // of those: read, which it has not been told
  std::deque<sent_value> sent{};                                    // the latest is the last
  bool forked = false;      // by a function: a child may be left, so it serves no other session
  bool garbled = false;     // it said what it should not
  std::string beginning{};  // what it does before its first session and may end in

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
