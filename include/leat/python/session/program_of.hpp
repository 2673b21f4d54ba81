// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_PROGRAM_OF_HPP
#define LEAT_PYTHON_SESSION_PROGRAM_OF_HPP

#include <leat/python/function/function.hpp>
#include <leat/python/session/program.hpp>
#include <leat/wire/codec/codecs.hpp>
#include <leat/wire/opaque.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace leat::wire {
template <class Wire>
struct arrays_on;  // leat/wire/tensor.hpp
}

namespace leat::python_detail {

template <class Wire, class T>
using wire_for = std::conditional_t<std::same_as<T, opaque>, wire::opaque_wire, typename wire::carrier<Wire, T>::type>;

/// How a session names a type: as the wire says, or as the annotation that all wires share.
template <class Wire, class T>
std::string type_name_on() {
  if constexpr (requires { Wire::template type_name<T>(); })
    return Wire::template type_name<T>();
  else
    return wire::type_name<T>();
}

/// Whether `arrays` and `stacked` are there.
template <class Wire>
consteval bool has_arrays() {
  constexpr bool included = requires { sizeof(wire::arrays_on<Wire>); };
  static_assert(included,
                "leat: arrays take a header of their own; include leat/wire/tensor.hpp; docs/errors.md#arrays-header");
  return included;
}

/// The modules that a user's wire brings along.
template <class Wire>
void ship(program& p) {
  if constexpr (requires { Wire::module_source(); }) {
    const std::string name(Wire::name);
    p.wire_modules[name.substr(0, name.find(':'))] = Wire::module_source();
  }
}

/// The program of these functions for elements of `In` on one wire, results of `Out` on another.
template <class InWire, class In, class OutWire, class Out>
std::shared_ptr<program> program_of(std::shared_ptr<pool> workers, std::vector<function> functions) {
  auto p = make_program();
  p->workers = std::move(workers);
  p->functions = std::move(functions);
  p->in_wire = InWire::name;
  p->in_type = type_name_on<InWire, In>();
  p->out_wire = OutWire::name;
  p->out_type = type_name_on<OutWire, Out>();
  ship<InWire>(*p);
  ship<OutWire>(*p);
  return p;
}

}  // namespace leat::python_detail

#endif
