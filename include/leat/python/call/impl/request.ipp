// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_IMPL_REQUEST_IPP
#define LEAT_PYTHON_CALL_IMPL_REQUEST_IPP

#include <leat/python/call/request.hpp>
#include <leat/python/session/opening.hpp>
#include <leat/wire/buffer.hpp>

#include <utility>

namespace leat::python_detail {

LEAT_DECL request::request(std::shared_ptr<request_queue> what) : of(std::move(what)) {}
LEAT_DECL request::~request() = default;

LEAT_DECL request_queue::request_queue(std::shared_ptr<const program> p)
    : what(std::move(p)), open(std::make_shared<wire::buffer>(open_body(*what, core::run_info{}))) {}
LEAT_DECL request_queue::~request_queue() = default;

LEAT_DECL std::shared_ptr<request_queue> share(request_queue* made) { return std::shared_ptr<request_queue>(made); }

}  // namespace leat::python_detail

#endif
