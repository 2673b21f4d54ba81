// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_IMPL_REQUEST_IPP
#define LEAT_PYTHON_CALL_IMPL_REQUEST_IPP

#include <leat/python/call/request.hpp>
#include <leat/wire/buffer.hpp>

#include <utility>

namespace leat::python_detail {

LEAT_DECL order::order(std::shared_ptr<line> what) : of(std::move(what)) {}
LEAT_DECL order::~order() = default;

LEAT_DECL line::line(std::shared_ptr<const program> p)
    : what(std::move(p)), open(std::make_shared<wire::buffer>(open_body(*what, core::run_info{}))) {}
LEAT_DECL line::~line() = default;

}  // namespace leat::python_detail

#endif
