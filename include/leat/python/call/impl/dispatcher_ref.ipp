// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_IMPL_DISPATCHER_REF_IPP
#define LEAT_PYTHON_CALL_IMPL_DISPATCHER_REF_IPP

#include <leat/python/call/dispatcher.hpp>
#include <leat/python/call/dispatcher_ref.hpp>

#include <utility>

namespace leat::python_detail {

LEAT_DECL dispatcher_ref::dispatcher_ref(pool& workers) : dispatcher_(&call_dispatcher::of(workers)) {}

LEAT_DECL void dispatcher_ref::call(request& o) const { dispatcher_->call(o); }
LEAT_DECL void dispatcher_ref::post(std::unique_ptr<request> o) const { dispatcher_->post(std::move(o)); }
LEAT_DECL void dispatcher_ref::go_on(std::unique_ptr<request> o) const { dispatcher_->go_on(std::move(o)); }
LEAT_DECL void dispatcher_ref::check() const { dispatcher_->check(); }
LEAT_DECL std::size_t dispatcher_ref::sessions() const noexcept { return dispatcher_->sessions(); }

}  // namespace leat::python_detail

#endif
