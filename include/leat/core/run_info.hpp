// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_RUN_INFO_HPP
#define LEAT_CORE_RUN_INFO_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <poll.h>

namespace leat::core {

/// A stage that has work going on elsewhere (a Python stage) and can use the time while the source waits for input.
class background {
 public:
  /// Adds what the stage waits for; returns after how many milliseconds it wants a turn in any case, -1: after none.
  virtual int descriptors(std::vector<pollfd>& into) = 0;
  /// Moves on without blocking and pushes finished results; false: no more input is wanted.
  virtual bool turn() = 0;

  background* next_background = nullptr;

 protected:
  ~background() = default;
};

/// What one run of a chain knows beyond its elements; `start_info::run` points to it.
struct run_info {
  background* first = nullptr;              // stages that asked for the source's idle time
  bool task = false;                        // a dataset's task: one session a Python stage, retried as a whole
  std::size_t partition = 0;                // of a task
  unsigned attempt = 0;                     // of a task
  std::uint64_t seed = 0;                   // of the run
  const std::atomic<bool>* stop = nullptr;  // set when the run's results are no longer wanted

  void join(background& stage) {
    stage.next_background = first;
    first = &stage;
  }
  constexpr bool stopped() const { return stop != nullptr && stop->load(std::memory_order_relaxed); }
};

/// Of two waits as `poll` takes them, the shorter.
constexpr int sooner(int a, int b) { return a < 0 || (b >= 0 && b < a) ? b : a; }

/// Waits until `fd` can be read (or is at its end) and lets the background stages work meanwhile; false: stop the source.
template <class Run>  // to compile it only where it is called
bool wait_readable(Run& run, int fd) {
  std::vector<pollfd> set;
  for (;;) {
    for (auto* b = run.first; b != nullptr; b = b->next_background)  // before the first wait, too: it may hold elements back
      if (!b->turn()) return false;
    set.assign(1, pollfd{fd, POLLIN, 0});
    int milliseconds = -1;
    for (auto* b = run.first; b != nullptr; b = b->next_background) milliseconds = sooner(milliseconds, b->descriptors(set));
    ::poll(set.data(), set.size(), milliseconds);
    if (set[0].revents != 0) return true;
  }
}

}  // namespace leat::core

#endif
