// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_IMPL_CALL_COUNTER_IPP
#define LEAT_PYTHON_CALL_IMPL_CALL_COUNTER_IPP

#include <leat/python/call/call_counter.hpp>
#include <leat/python/call/dispatcher.hpp>

#include <utility>

namespace leat::python_detail {

LEAT_DECL counter::counter(pool& workers) : desk_(&desk::of(workers)) {}

LEAT_DECL void counter::call(order& o) const { desk_->call(o); }
LEAT_DECL void counter::post(std::unique_ptr<order> o) const { desk_->post(std::move(o)); }
LEAT_DECL void counter::go_on(std::unique_ptr<order> o) const { desk_->go_on(std::move(o)); }
LEAT_DECL void counter::check() const { desk_->check(); }
LEAT_DECL std::size_t counter::runners() const noexcept { return desk_->runners(); }

}  // namespace leat::python_detail

#endif
