// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_RECOVERY_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_RECOVERY_IPP

#include <leat/python/exchange/recovery.hpp>
#include <leat/python/session/report.hpp>

namespace leat::python_detail {

LEAT_DECL bool recovery::again(error& why, unsigned& deaths, std::size_t records) const {
  if (task_ || !why.retryable()) return false;
  if (!committed_ && ++deaths < attempts_) return true;
  why.note(committed_ ? final_ : gave_up_after(attempts_, records));
  return false;
}

}  // namespace leat::python_detail

#endif
