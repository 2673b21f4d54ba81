// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_SOURCE_PASS_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_SOURCE_PASS_IPP

#include <leat/python/exchange/source_pass.hpp>
#include <leat/python/exchange/source_session.hpp>

#include <utility>

namespace leat::python_detail {

LEAT_DECL source_pass::source_pass(std::shared_ptr<const program> what, std::optional<std::size_t> partition,
                                   const core::run_info& run)
    : session_(new source_session(std::move(what), partition, run)) {}

LEAT_DECL void source_pass::open(std::shared_ptr<const program> what, std::optional<std::size_t> partition,
                                 const core::run_info& run) {
  close();
  session_ = new source_session(std::move(what), partition, run);
}
LEAT_DECL void source_pass::close() noexcept { delete std::exchange(session_, nullptr); }

LEAT_DECL bool source_pass::next(std::string_view& body, std::size_t& count) { return session_->next(body, count); }
LEAT_DECL int source_pass::waits_for() { return session_->waits_for(); }
LEAT_DECL bool source_pass::at_end() const noexcept { return session_->at_end(); }
LEAT_DECL location source_pass::place() const { return session_->place(); }

}  // namespace leat::python_detail

#endif
