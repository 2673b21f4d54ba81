// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_IMPL_PROGRAM_IPP
#define LEAT_PYTHON_SESSION_IMPL_PROGRAM_IPP

#include <leat/python/session/program.hpp>

#include <algorithm>
#include <functional>
#include <vector>

namespace leat::python_detail {

LEAT_DECL bool program::whole_stream() const {
  for (auto const& f : functions)
    if (f.does == kind::map_partitions || f.stateful) return true;
  return false;
}
LEAT_DECL bool program::partitions() const {
  for (auto const& f : functions)
    if (f.does == kind::map_partitions) return true;
  return false;
}
LEAT_DECL bool program::may_hold_state() const {
  for (auto const& f : functions)
    if (f.form != "expression") return true;
  return false;
}
LEAT_DECL bool program::one_to_one() const {
  for (auto const& f : functions)
    if (f.does != kind::map && f.does != kind::call && f.does != kind::call_batch) return false;
  return true;
}
LEAT_DECL batch_wishes program::wishes() const {
  batch_wishes all;
  for (auto const& f : functions) {
    all.least = std::max(all.least, f.batches.least);
    if (f.batches.most != 0) all.most = all.most == 0 ? f.batches.most : std::min(all.most, f.batches.most);
    if (f.batches.latency != 0) all.latency = all.latency == 0 ? f.batches.latency : std::min(all.latency, f.batches.latency);
  }
  return all;
}
LEAT_DECL bool program::cuts() const {
  const bool exact = wishes().least > 1;
  for (auto const& f : functions)
    if ((f.does == kind::map_batches || f.does == kind::call_batch) && (exact || &f == &functions.front())) return false;
  return true;
}
LEAT_DECL std::vector<shared_value_ptr> program::shared_values() const {
  std::vector<shared_value_ptr> all;
  for (auto const& f : functions) f.each_shared_value([&](shared_value_ptr b) { all.push_back(std::move(b)); });
  return all;
}
LEAT_DECL std::string program::kin() const {
  std::string all = in_wire + in_type + '>' + out_wire + out_type;
  for (auto const& f : functions)
    all += '|' + std::to_string(static_cast<int>(f.does)) + f.form + ' ' + f.text + ' ' + f.source.path +
           std::to_string(std::hash<std::string_view>{}(f.code.empty() ? f.source.text : f.code)) +
           (f.large ? f.large->get()->digest() : std::string()) + ' ' + std::to_string(f.batches.least) + ' ' +
           std::to_string(f.batches.most) + ' ' + std::to_string(f.batches.latency);
  return all;
}
LEAT_DECL std::string program::name() const {
  std::string all;
  for (auto const& f : functions) all += (all.empty() ? "" : " | ") + f.name;
  return all;
}

LEAT_DECL std::shared_ptr<program> make_program() { return std::make_shared<program>(); }

}  // namespace leat::python_detail

#endif
