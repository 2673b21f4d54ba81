// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_CONNECTION_HPP
#define LEAT_PYTHON_ENVIRONMENT_CONNECTION_HPP

#include <leat/posix/descriptor.hpp>
#include <leat/python/shared/shared_buffer.hpp>
#include <leat/python/shared/shared_value.hpp>
#include <leat/wire/frame.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace leat::python_detail {

/// The host's end of a worker's socket, and what both ends know of each other. It outlives sessions, and belongs to the thread
/// that holds the worker.
struct connection {
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
};

}  // namespace leat::python_detail

#endif
