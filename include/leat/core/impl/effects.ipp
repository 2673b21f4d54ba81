// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_IMPL_EFFECTS_IPP
#define LEAT_CORE_IMPL_EFFECTS_IPP

#include <leat/core/effects.hpp>

#include <utility>
#include <vector>

namespace leat::core {

struct effects::list {
  struct entry {
    const void* target;
    std::unique_ptr<effect> what;
  };
  std::vector<entry> entries{};
};

LEAT_DECL effects::~effects() { delete all_; }

LEAT_DECL effects::effect* effects::find(const void* target) const {
  if (all_ != nullptr)
    for (auto const& e : all_->entries)
      if (e.target == target) return e.what.get();
  return nullptr;
}
LEAT_DECL effects::effect& effects::add(const void* target, std::unique_ptr<effect> what) {
  if (all_ == nullptr) all_ = new list;
  return *all_->entries.emplace_back(list::entry{target, std::move(what)}).what;
}
LEAT_DECL void effects::absorb(effects&& others) {
  if (others.all_ == nullptr) return;
  if (all_ == nullptr) return std::swap(all_, others.all_);
  for (auto& e : others.all_->entries) all_->entries.push_back(std::move(e));
  others.all_->entries.clear();
}
LEAT_DECL void effects::commit() {
  if (all_ == nullptr) return;
  for (auto& e : std::exchange(all_->entries, {})) e.what->commit();
}

}  // namespace leat::core

#endif
