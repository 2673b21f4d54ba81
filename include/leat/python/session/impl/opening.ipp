// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_IMPL_OPENING_IPP
#define LEAT_PYTHON_SESSION_IMPL_OPENING_IPP

#include <leat/python/environment/pool.hpp>
#include <leat/python/session/opening.hpp>
#include <leat/wire/buffer.hpp>
#include <leat/wire/pickle/impl/dict_writer.ipp>

#include <cstdint>
#include <string>

namespace leat::python_detail {

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
    if (f.arrays) stage.add("arrays", true);
    if (f.stacked) stage.add("stacked", true);
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

}  // namespace leat::python_detail

#endif
