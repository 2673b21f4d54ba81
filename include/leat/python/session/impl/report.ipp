// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_IMPL_REPORT_IPP
#define LEAT_PYTHON_SESSION_IMPL_REPORT_IPP

#include <leat/python/environment/pool.hpp>
#include <leat/python/session/report.hpp>
#include <leat/python/session/updates.hpp>
#include <leat/wire/pickle/machine.hpp>

#include <string>
#include <utility>
#include <vector>

namespace leat::python_detail {

inline const wire::value* find_in(const wire::value& dict, std::string_view key) {
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2)
    if (dict.items[i]->text == key) return dict.items[i + 1];
  return nullptr;
}

inline std::string text_in(const wire::value& dict, std::string_view key) {
  const auto* found = find_in(dict, key);
  return found != nullptr ? std::string(found->text) : std::string();
}

/// One exception of the error's dict.
inline python_exception exception_of(const wire::value& dict) {
  python_exception e;
  e.type = text_in(dict, "type");
  e.message = text_in(dict, "message");
  e.traceback = text_in(dict, "traceback");
  return e;
}

LEAT_DECL void throw_reported(const program& p, std::string_view body, location at) {
  wire::value_tree tree;
  const wire::value& dict = wire::unpickle(body, tree);
  python_exception raised = exception_of(dict);
  std::vector<python_exception> causes;
  if (const auto* list = find_in(dict, "causes"))
    for (const auto* c : list->items) causes.push_back(exception_of(*c));
  if (const auto* index = find_in(dict, "stage"); index != nullptr && index->kind == wire::value_kind::integer &&
                                                  static_cast<std::size_t>(index->integer) < p.functions.size())
    at.stage = p.functions[static_cast<std::size_t>(index->integer)].name;

  const std::string kind = text_in(dict, "kind");
  if (kind == "conversion") {
    conversion_error e(text_in(dict, "expected"), text_in(dict, "python_type"), text_in(dict, "repr"), std::move(at));
    if (const std::string reason = text_in(dict, "reason"); !reason.empty()) e.note(reason);
    if (const auto* versions = find_in(dict, "versions"); versions != nullptr && p.in_wire == "opaque")
      if (const std::string others = other_versions(std::string(versions->text)); !others.empty())
        e.note("other workers of this program have pickled objects with " + others);
    throw e;
  }
  const std::string lies = text_in(dict, "lies");
  if (kind != "start") {
    python_error e(std::move(raised), std::move(causes), std::move(at));
    if (!lies.empty()) e.note(lies);
    throw e;
  }
  std::string text = raised.message;
  if (!lies.empty())
    text = raised.type + ": " + raised.message + "; " + lies;
  else if (const std::string missing = text_in(dict, "missing"); !missing.empty())
    text = "the interpreter " + p.workers->interpreter() + " lacks the package '" + missing + "' (" + raised.type + ": " +
           raised.message + "); install it: " + p.workers->interpreter() + " -m pip install " + text_in(dict, "package") +
           ", or name another interpreter in LEAT_PYTHON or python_options.interpreter";
  else if (const std::string& trace = raised.traceback; raised.type.empty() || trace.rfind(raised.type, 0) == 0)
    text = trace.empty() ? text : trace;
  else if (trace.rfind("Traceback", 0) == 0 || trace.rfind(" ", 0) == 0 || trace.empty())
    text = raised.type + (text.empty() ? "" : ": " + text) + (trace.empty() ? "" : "\n" + trace);
  else
    text = trace;
  throw start_failed(text, std::move(at));
}

LEAT_DECL void throw_wrong_count(std::size_t announced, std::size_t sent, location at) {
  throw protocol_error("a worker announced " + std::to_string(announced) + " results and sent " + std::to_string(sent),
                       std::move(at));
}

LEAT_DECL void throw_more_than_sent(std::uint64_t consumed, std::size_t sent, location at) {
  throw protocol_error("a worker says that it is done with " + std::to_string(consumed) +
                           " elements of a batch that it was sent " + std::to_string(sent) + " of",
                       std::move(at));
}

LEAT_DECL std::string gave_up_after(unsigned attempts, std::size_t records) {
  return "gave up after " + std::to_string(attempts) + (attempts == 1 ? " attempt" : " attempts") +
         (records == 0 ? std::string()
                       : " at this batch of " + std::to_string(records) + (records == 1 ? " record" : " records"));
}

}  // namespace leat::python_detail

#endif
