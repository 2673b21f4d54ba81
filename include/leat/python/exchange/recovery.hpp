// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_RECOVERY_HPP
#define LEAT_PYTHON_EXCHANGE_RECOVERY_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>

#include <algorithm>
#include <cstddef>

namespace leat::python_detail {

/// Whether another worker does again what one has died at.
class recovery {
 public:
  /// `task`: of a dataset, which is run again as a whole by those who run it. `final` tells why nothing is done again after
  /// `commit`.
  recovery(bool task, unsigned attempts, const char* final) noexcept
      : task_(task), attempts_(std::max(1u, attempts)), final_(final) {}

  /// What came cannot be made again.
  void commit() noexcept { committed_ = true; }
  /// A worker has died at a batch of so many records (0: at none), which `deaths` counts. False: the error is final, and says
  /// why.
  LEAT_DECL bool again(error& why, unsigned& deaths, std::size_t records) const;

 private:
  const bool task_;
  const unsigned attempts_;
  const char* const final_;
  bool committed_ = false;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/recovery.ipp>
#endif

#endif
