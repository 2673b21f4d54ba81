// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_STAGE_NODE_IPP
#define LEAT_PYTHON_IMPL_STAGE_NODE_IPP

#include <leat/python/session/program.hpp>
#include <leat/python/session/report.hpp>
#include <leat/python/stage_node.hpp>

#include <utility>

namespace leat::python_detail {

LEAT_DECL stage_node::stage_node(std::shared_ptr<const program> what) : program_(std::move(what)) {}
LEAT_DECL stage_node::stage_node(stage_node&&) noexcept = default;
LEAT_DECL stage_node::~stage_node() = default;

LEAT_DECL start_info stage_node::expected(start_info n) const {
  return program_->one_to_one() && !program_->then ? n : n.any();
}
LEAT_DECL void stage_node::begin(start_info n) {
  exchange_.open(program_, *n.run, *this, n.known == start_info::unknown ? core::most_elements : n.n);
  n.run->join(*this);
}
LEAT_DECL void stage_node::end() {
  if (!exchange_) return;
  if (count_ > 0 && !stopped_) flush();
  exchange_.finish();
  exchange_.close();
}
LEAT_DECL void stage_node::locate(conversion_error& e) const {
  location at = exchange_.place();
  at.record = exchange_.records() + count_;
  e.locate(at);
}
LEAT_DECL void stage_node::submit() {
  stopped_ = !exchange_.submit(buffer_, count_) || stopped_;
  count_ = 0;
}
LEAT_DECL void stage_node::wrong_count(std::size_t announced, std::size_t sent) const {
  throw_wrong_count(announced, sent, exchange_.place());
}

LEAT_DECL int stage_node::descriptors(std::vector<pollfd>& into) { return exchange_ ? exchange_.descriptors(into) : -1; }
LEAT_DECL bool stage_node::turn() {
  if (!exchange_) return !stopped_;
  stopped_ = !exchange_.turn() || stopped_;
  if (!stopped_ && count_ > 0 && exchange_.enough(count_) && exchange_.idle()) flush();
  return !stopped_;
}

}  // namespace leat::python_detail

#endif
