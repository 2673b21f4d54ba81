// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_POOL_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_POOL_IPP

#include <leat/python/environment/pool.hpp>

namespace leat::python_detail {

LEAT_DECL idle_workers& pool::idle_owner(std::unique_ptr<idle_workers> (*maker)(pool&)) {
  check_owner();
  const std::lock_guard held(idle_mutex_);
  if (!idle_owner_) idle_owner_ = maker(*this);
  return *idle_owner_;
}

LEAT_DECL bool pool::reclaim() {
  idle_workers* owner = nullptr;
  {
    const std::lock_guard held(idle_mutex_);
    owner = idle_owner_.get();
  }
  return owner != nullptr && owner->give_back();
}

LEAT_DECL void pool::check_owner() const {
  if (!mine())
    throw usage_error("this process is a fork of the one that made the Python environment; make one of its own here");
}

LEAT_DECL void throw_closed_descriptors() {
  throw usage_error(
      "this program has closed descriptors that its Python environment needs (closefrom, or a loop over close); make the "
      "environment after that");
}

}  // namespace leat::python_detail

#endif
