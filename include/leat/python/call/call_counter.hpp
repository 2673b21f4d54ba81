// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_CALL_COUNTER_HPP
#define LEAT_PYTHON_CALL_CALL_COUNTER_HPP

#include <leat/core/config.hpp>
#include <leat/python/call/request.hpp>

#include <cstddef>
#include <memory>

namespace leat::python_detail {

class desk;

/// The side of a pool's desk that calls see.
class counter {
 public:
  LEAT_DECL explicit counter(pool& workers);

  /// These do what those of the desk do.
  LEAT_DECL void call(order& o) const;
  LEAT_DECL void post(std::unique_ptr<order> o) const;
  LEAT_DECL void go_on(std::unique_ptr<order> o) const;
  LEAT_DECL void check() const;
  LEAT_DECL std::size_t runners() const noexcept;

 private:
  desk* desk_;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/call/impl/call_counter.ipp>
#endif

#endif
