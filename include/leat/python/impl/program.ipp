// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_PROGRAM_IPP
#define LEAT_PYTHON_IMPL_PROGRAM_IPP

#include <leat/python/program.hpp>
#include <leat/wire/pickle.hpp>

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

LEAT_DECL void throw_reported(const program& p, std::string_view body, location at) {
  (void)p;
  (void)body;
  throw protocol_error("not yet", at);
}

}  // namespace leat::python_detail

#endif
