// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_LANE_HPP
#define LEAT_PYTHON_EXCHANGE_LANE_HPP

#include <leat/core/config.hpp>
#include <leat/python/exchange/window.hpp>
#include <leat/python/session/session.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace leat::python_detail {

/// One session of an exchange, and the batches that its worker has.
struct lane {
  using clock = std::chrono::steady_clock;

  std::unique_ptr<session> conversation{};
  std::deque<window::place> assigned{};  // on their way, the oldest first
  std::size_t bytes = 0;                 // of them
  std::size_t waiting = 0;               // bytes of results that wait for their turn
  unsigned deaths = 0;                   // while it had no batch
  clock::time_point begun{};             // when the first one was the worker's next
  unsigned asked = 0;                    // how often, to hand the first one back
  clock::time_point recalled{};          // when, at last; zero: it has not been asked
  bool hears = false;                    // what it is asked from now on
  bool failed = false;                   // a function has raised
  bool ended = false;                    // it has been told that no more batches come

  bool free() const noexcept { return !failed && assigned.empty(); }
  bool busy() const noexcept { return !failed && !assigned.empty(); }
  /// It works at this batch.
  bool is_at(std::uint64_t number) const { return !assigned.empty() && assigned.front()->number == number; }

  LEAT_DECL void send(window::place what, clock::time_point now);
  /// The first batch is done.
  LEAT_DECL window::place take_done(clock::time_point now);
  /// Another worker gets all that this one had.
  LEAT_DECL void replace(std::unique_ptr<session> with);
  LEAT_DECL void recall(clock::time_point now);

 private:
  LEAT_DECL void transmit(const window::batch& b);
  void begin_first(clock::time_point now) {
    begun = now;
    recalled = {};
    asked = 0;
  }
};
using lanes = std::vector<std::unique_ptr<lane>>;

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/lane.ipp>
#endif

#endif
