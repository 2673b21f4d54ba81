// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_PROGRAM_IPP
#define LEAT_PYTHON_IMPL_PROGRAM_IPP

#include <leat/python/program.hpp>
#include <leat/wire/pickle.hpp>
#include <leat/wire/pickle/machine.hpp>

namespace leat::python_detail {

/// Writes a pickle of a dict whose values have different types.
class dict_writer {
 public:
  explicit dict_writer(wire::buffer& to) : to_(to) { raw("}("); }

  template <class T>
  dict_writer& add(const char* key, const T& value) {
    put(std::string(key));
    put(value);
    return *this;
  }
  /// The key alone; the value is for the caller to write.
  void key(const char* name) { put(std::string(name)); }
  void close() { raw("u"); }

 private:
  template <class T>
  void put(const T& value) {
    typename pickle::template encoder<T>{}.put(to_, value);
  }
  void raw(std::string_view opcodes) { to_.append(opcodes.data(), opcodes.size()); }

  wire::buffer& to_;
};

inline const wire::value* find_in(const wire::value& dict, std::string_view key) {
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2)
    if (dict.items[i]->text == key) return dict.items[i + 1];
  return nullptr;
}

inline std::string text_in(const wire::value& dict, std::string_view key) {
  const auto* found = find_in(dict, key);
  return found != nullptr ? std::string(found->text) : std::string();
}

inline bytes as_bytes(std::string_view s) {
  const auto* p = reinterpret_cast<const std::byte*>(s.data());
  return bytes(p, p + s.size());
}

LEAT_DECL wire::buffer open_body(const program& p, const core::run_info& run) {
  static constexpr const char* kinds[] = {"map", "filter", "flat_map", "map_batches", "map_partitions"};
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
        .add("bind", as_bytes("\x80\x05}(" + f.binds + "u."))
        .add("name", f.name)
        .add("stateful", f.stateful);
    stage.close();
  }
  body.append("e", 1);
  all.add("in", p.in_wire).add("in_type", p.in_type).add("out", p.out_wire).add("out_type", p.out_type);
  all.add("imports", p.workers->options().imports);
  all.add("partition", std::uint64_t{run.partition}).add("attempt", std::uint64_t{run.attempt}).add("seed", run.seed);
  all.close();
  body.append(".", 1);
  return body;
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
  if (kind == "conversion")
    throw conversion_error(text_in(dict, "expected"), text_in(dict, "python_type"), text_in(dict, "repr"), std::move(at));
  if (kind != "start") throw python_error(std::move(raised), std::move(causes), std::move(at));
  std::string text = raised.message;
  if (const std::string missing = text_in(dict, "missing"); !missing.empty())
    text = "the interpreter " + p.workers->interpreter() + " lacks the package '" + missing + "' (" + raised.type + ": " +
           raised.message + "); install it: " + p.workers->interpreter() + " -m pip install " + missing +
           ", or name another interpreter in LEAT_PYTHON or python_options.interpreter";
  else if (!raised.traceback.empty())
    text = raised.traceback;
  else if (!raised.type.empty())
    text = raised.type + ": " + raised.message;
  throw start_failed(text, std::move(at));
}

}  // namespace leat::python_detail

#endif
