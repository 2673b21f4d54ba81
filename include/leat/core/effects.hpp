// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_EFFECTS_HPP
#define LEAT_CORE_EFFECTS_HPP

#include <memory>
#include <utility>
#include <vector>

namespace leat::core {

/// What a task does to things outside of it, such as adding to an accumulator. It counts once the task has succeeded; that of
/// a failed attempt is dropped. Belongs to one thread at a time.
class effects {
 public:
  class effect {
   public:
    virtual ~effect() = default;
    virtual void commit() = 0;
  };

  /// This task's effect on `target`; null: none yet.
  effect* find(const void* target) const {
    for (auto const& e : all_)
      if (e.target == target) return e.what.get();
    return nullptr;
  }
  effect& add(const void* target, std::unique_ptr<effect> what) {
    return *all_.emplace_back(entry{target, std::move(what)}).what;
  }
  void absorb(effects&& others) {
    for (auto& e : others.all_) all_.push_back(std::move(e));
    others.all_.clear();
  }
  void commit() {
    for (auto& e : std::exchange(all_, {})) e.what->commit();
  }

 private:
  struct entry {
    const void* target;
    std::unique_ptr<effect> what;
  };
  std::vector<entry> all_{};
};

/// Those of the task that this thread is working on, or null.
inline effects*& current_effects() {
  static thread_local effects* current = nullptr;
  return current;
}

}  // namespace leat::core

#endif
