// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_DISPATCHER_REF_HPP
#define LEAT_PYTHON_CALL_DISPATCHER_REF_HPP

#include <leat/core/config.hpp>
#include <leat/python/call/request.hpp>

#include <cstddef>
#include <memory>

namespace leat::python_detail {

class call_dispatcher;

/// The side of a pool's dispatcher that calls see.
class dispatcher_ref {
 public:
  LEAT_DECL explicit dispatcher_ref(pool& workers);

  /// These do what those of the dispatcher do.
  LEAT_DECL void call(request& o) const;
  LEAT_DECL void post(std::unique_ptr<request> o) const;
  LEAT_DECL void go_on(std::unique_ptr<request> o) const;
  LEAT_DECL void check() const;
  LEAT_DECL std::size_t sessions() const noexcept;

 private:
  call_dispatcher* dispatcher_;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/call/impl/dispatcher_ref.ipp>
#endif

#endif
