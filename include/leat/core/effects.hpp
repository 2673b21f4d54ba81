// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_EFFECTS_HPP
#define LEAT_CORE_EFFECTS_HPP

#include <leat/core/config.hpp>

#include <memory>
#include <utility>

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

  effects() = default;
  effects(effects&& other) noexcept : all_(std::exchange(other.all_, nullptr)) {}
  effects& operator=(effects&& other) noexcept {
    std::swap(all_, other.all_);
    return *this;
  }
  LEAT_DECL ~effects();

  /// This task's effect on `target`; null: none yet.
  LEAT_DECL effect* find(const void* target) const;
  LEAT_DECL effect& add(const void* target, std::unique_ptr<effect> what);
  LEAT_DECL void absorb(effects&& others);
  LEAT_DECL void commit();

 private:
  struct list;
  list* all_ = nullptr;  // null: none
};

/// Those of the task that this thread is working on, or null.
inline effects*& current_effects() {
  static thread_local effects* current = nullptr;
  return current;
}

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/core/impl/effects.ipp>
#endif

#endif
