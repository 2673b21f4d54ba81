// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_IMPL_ERROR_IPP
#define LEAT_CORE_IMPL_ERROR_IPP

#include <leat/core/error.hpp>

namespace leat {

LEAT_DECL error::error(std::string message, location at) : message_(std::move(message)), at_(std::move(at)) {
  message_.erase(message_.find_last_not_of('\n') + 1);  // tracebacks end with a line's end
  render();
}

LEAT_DECL const char* error::what() const noexcept { return text_.c_str(); }

LEAT_DECL void error::locate(const location& at) {
  if (at_.stage.empty()) at_.stage = at.stage;
  if (!at_.partition) at_.partition = at.partition;
  if (!at_.batch) at_.batch = at.batch;
  if (!at_.record) {
    at_.record = at.record;
    at_.last_record = at.last_record;
  }
  render();
}
LEAT_DECL void error::rebase(std::optional<std::size_t> record) {
  at_.record = record;
  at_.last_record.reset();
  render();
}
LEAT_DECL void error::note(const std::string& line) {
  message_ += "\n" + line;
  render();
}

LEAT_DECL void error::render() {
  text_ = "leat: ";
  std::string place = at_.stage;
  auto add = [&](const char* name, const std::optional<std::size_t>& n) {
    if (n) place += (place.empty() ? "" : ", ") + std::string(name) + " " + std::to_string(*n);
  };
  add("partition", at_.partition);
  add("batch", at_.batch);
  add(at_.last_record ? "records" : "record", at_.record);
  if (at_.last_record) place += " to " + std::to_string(*at_.last_record);
  if (!place.empty()) text_ += place + ": ";
  text_ += message_;
}

namespace core {

inline std::string text_of(const python_exception& e, const std::vector<python_exception>& causes) {
  const std::string head = e.type + (e.message.empty() ? "" : ": " + e.message);
  std::string text = head;
  for (auto const& c : causes) text += "\n  caused by " + c.type + (c.message.empty() ? "" : ": " + c.message);
  const std::size_t length = e.traceback.find_last_not_of('\n') + 1;
  if (head.compare(0, length, e.traceback, 0, length) == 0) return text;               // without a frame it says the same
  if (e.traceback.rfind(head, 0) == 0) return text + e.traceback.substr(head.size());  // and what stands behind that
  return text + "\n" + e.traceback;
}

}  // namespace core

LEAT_DECL python_error::python_error(python_exception raised, std::vector<python_exception> causes, location at)
    : error(core::text_of(raised, causes), std::move(at)), raised_(std::move(raised)), causes_(std::move(causes)) {}

LEAT_DECL conversion_error::conversion_error(std::string expected, std::string python_type, std::string repr, location at)
    : error("expected " + expected + ", got " + python_type + (repr.empty() ? "" : " " + repr), std::move(at)),
      expected_(std::move(expected)),
      python_type_(std::move(python_type)),
      repr_(std::move(repr)) {}

LEAT_DECL worker_died::worker_died(const std::string& cause, std::string tail, location at)
    : error(cause + (tail.empty() ? "" : "\nlast lines of its stderr:\n" + tail), std::move(at)), tail_(std::move(tail)) {}

}  // namespace leat

#endif
