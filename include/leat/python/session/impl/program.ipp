// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_IMPL_PROGRAM_IPP
#define LEAT_PYTHON_SESSION_IMPL_PROGRAM_IPP

#include <leat/python/environment/pool.hpp>
#include <leat/python/session/program.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/pickle/impl/dict_writer.ipp>
#include <leat/wire/pickle/machine.hpp>

#include <algorithm>
#include <functional>
#include <mutex>
#include <set>
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

LEAT_DECL wire::buffer open_body(const program& p, const core::run_info& run) {
  static constexpr const char* kinds[] = {"map",      "filter", "flat_map",   "map_batches", "map_partitions",
                                          "generate", "map",    "map_batches"};
  wire::buffer body;
  body.append("\x80\x05", 2);
  dict_writer all(body);
  all.key("stages");
  body.append("](", 2);
  for (auto const& f : p.functions) {
    dict_writer stage(body);
    stage.add("kind", std::string(kinds[static_cast<int>(f.does)]))
        .add("form", f.form)
        .add("text", f.text)
        .add("path", f.source.path)
        .add("source", f.source.text)
        .add_bytes("bind", "\x80\x05}(" + f.binds + "u.")
        .add("name", f.name)
        .add("stateful", f.stateful)
        .add_bytes("code", f.code)
        .add("version", f.version)
        .add("large", f.large ? f.large->get()->digest() : std::string());
    stage.key("values");
    dict_writer values(body);
    for (auto const& [keyword, value] : f.values) values.add(keyword, value->get()->digest());
    values.close();
    if (f.spread) stage.add("spread", true);
    if (f.does == kind::call_batch) stage.add("each", true);
    if (!f.columns.empty()) stage.add("columns", f.columns);
    if (!f.returns.empty()) stage.add("returns", f.returns);
    stage.key("accumulators");
    dict_writer counts(body);
    for (auto const& [keyword, a] : f.accumulators) {
      counts.key(keyword);
      counts.raw("(");
      counts.put(a->name());
      counts.put(a->number());
      counts.put(a->type());
      counts.raw(a->sums() ? "\x88t" : "\x89t");
    }
    counts.close();
    stage.close();
  }
  body.append("e", 1);
  all.add("in", p.in_wire).add("in_type", p.in_type).add("out", p.out_wire).add("out_type", p.out_type);
  all.key("wire_modules");
  dict_writer modules(body);
  for (auto const& [name, source] : p.wire_modules) {
    modules.key(name);
    modules.put(source.path);
    modules.put(source.text);
    modules.raw("\x86");
  }
  modules.close();
  all.add("imports", p.workers->options().imports);
  if (!p.cuts()) all.add("whole", true);
  if (p.announce) all.add("announce", true).add("isolate", p.isolate);
  all.add("key", digest_of("job", body.view()));
  all.add("partition", std::uint64_t{run.partition}).add("attempt", std::uint64_t{run.attempt}).add("seed", run.seed);
  all.add("task", run.task);
  all.close();
  body.append(".", 1);
  return body;
}

/// Versions of packages with which workers of this program have pickled objects.
class pickled_with {
 public:
  static void add(std::string_view versions) {
    const std::lock_guard held(all().mutex);
    all().texts.emplace(versions);
  }
  static std::string others(const std::string& than) {
    const std::lock_guard held(all().mutex);
    std::string text;
    for (const std::string& one : all().texts)
      if (one != than) text += (text.empty() ? "" : "; ") + one;
    return text;
  }

 private:
  struct state {
    std::mutex mutex{};
    std::set<std::string> texts{};
  };
  static state& all() {
    static state& one = *new state;  // worker threads of static objects may outlive what is destroyed
    return one;
  }
};

LEAT_DECL void count_updates(const program& p, std::string_view body) {
  const auto take = [&](std::uint64_t number, std::string_view updates) {
    if (number == 0) return pickled_with::add(updates);
    for (auto const& f : p.functions)
      for (auto const& [keyword, a] : f.accumulators)
        if (a->number() == number) {
          try {
            return a->take(updates);
          } catch (error& e) {
            e.rebase(std::nullopt);
            e.locate({f.name, {}, {}, {}});
            e.note("it was added to the accumulator '" + a->name() + "'");
            throw;
          }
        }
    throw protocol_error("a worker counts for an accumulator that it was not given", {p.name(), {}, {}, {}});
  };
  wire::value_tree tree;
  for (const wire::value* one : wire::unpickle(body, tree).items) {
    if (one->items.size() != 2 || one->items[0]->kind != wire::value_kind::integer)
      throw protocol_error("a worker counts what is no update", {p.name(), {}, {}, {}});
    take(static_cast<std::uint64_t>(one->items[0]->integer), one->items[1]->text);
  }
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
      if (const std::string others = pickled_with::others(std::string(versions->text)); !others.empty())
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
           raised.message + "); install it: " + p.workers->interpreter() + " -m pip install " + missing +
           ", or name another interpreter in LEAT_PYTHON or python_options.interpreter";
  else if (const std::string& trace = raised.traceback; raised.type.empty() || trace.rfind(raised.type, 0) == 0)
    text = trace.empty() ? text : trace;
  else if (trace.rfind("Traceback", 0) == 0 || trace.rfind(" ", 0) == 0 || trace.empty())
    text = raised.type + (text.empty() ? "" : ": " + text) + (trace.empty() ? "" : "\n" + trace);
  else
    text = trace;
  throw start_failed(text, std::move(at));
}

}  // namespace leat::python_detail

#endif
