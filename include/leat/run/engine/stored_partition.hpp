// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_STORED_PARTITION_HPP
#define LEAT_RUN_ENGINE_STORED_PARTITION_HPP

#include <leat/core/heap_array.hpp>
#include <leat/core/maybe.hpp>
#include <leat/run/engine/chain.hpp>
#include <leat/shuffle/footprint.hpp>

namespace leat::core {

/// Elements that are kept, and their share of the memory account.
template <class T>
struct stored_partition {
  block<T> items{};
  reservation held;

  stored_partition(memory_account& account, const char* what) : held(account, what) {}
};

/// Keeps what it is given.
template <class T>
class collector final : public chunk_consumer<T> {
 public:
  collector(const task& t, stored_partition<T>& into) : task_(t), into_(into) {}

  bool start(start_info n) override {
    if (n.known == start_info::exact) {
      if (n.n > std::size_t(-1) / 2 / sizeof(T))
        throw resource_error("to keep " + std::to_string(n.n) + " elements of " + std::to_string(sizeof(T)) +
                             " bytes takes more than all memory");
      into_.held.grow(n.n * sizeof(T));
      into_.items.reserve(n.n);
    }
    return true;
  }
  bool operator()(slice<T> chunk) override {
    task_.check();
    const std::size_t after = into_.items.size() + chunk.size(), room = into_.items.room();
    heap_ += footprint<T>(chunk) - chunk.size_bytes();
    into_.held.resize(sizeof(T) * (after <= room ? room : std::max(2 * room, after)) + heap_);
    for (T& x : chunk) into_.items.emplace_back(std::move(x));
    return true;
  }

 private:
  const task& task_;
  stored_partition<T>& into_;
  std::size_t heap_ = 0;
};

/// Runs tasks `first` to `last` that each keep what `attempt(task, kept)` makes; the rest is as in task_set.
template <class T, class Attempt, class Arrived>
void run_stored(job& j, const char* stage, std::size_t first, std::size_t last, std::size_t window, Attempt attempt,
                Arrived arrived) {
  const heap_array parts(new maybe<stored_partition<T>>[last - first]);
  auto try_once = [&](task& t) {
    stored_partition<T> mine(j.home().memory(), stage);
    attempt(t, mine);
    parts[t.partition() - first].emplace(std::move(mine));
  };
  auto pass_on = [&](std::size_t p) {
    stored_partition<T> mine = std::move(*parts[p - first]);
    parts[p - first].reset();
    return arrived(std::move(mine));
  };
  j.home().run({stage, &j, first, last, try_once, pass_on, window});
}

}  // namespace leat::core

#endif
