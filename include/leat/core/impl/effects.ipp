// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_IMPL_EFFECTS_IPP
#define LEAT_CORE_IMPL_EFFECTS_IPP

#include <leat/core/effects.hpp>

#include <utility>

namespace leat::core {

LEAT_DECL effects::effects() = default;
LEAT_DECL effects::effects(effects&&) noexcept = default;
LEAT_DECL effects& effects::operator=(effects&&) noexcept = default;
LEAT_DECL effects::~effects() = default;

LEAT_DECL effects::effect* effects::find(const void* target) const {
  for (auto const& e : all_)
    if (e.target == target) return e.what.get();
  return nullptr;
}
LEAT_DECL effects::effect& effects::add(const void* target, std::unique_ptr<effect> what) {
  return *all_.emplace_back(entry{target, std::move(what)}).what;
}
LEAT_DECL void effects::absorb(effects&& others) {
  for (auto& e : others.all_) all_.push_back(std::move(e));
  others.all_.clear();
}
LEAT_DECL void effects::commit() {
  for (auto& e : std::exchange(all_, {})) e.what->commit();
}

}  // namespace leat::core

#endif
