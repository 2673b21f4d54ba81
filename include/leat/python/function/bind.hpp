// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_FUNCTION_BIND_HPP
#define LEAT_PYTHON_FUNCTION_BIND_HPP

#include <leat/python/function/accumulator.hpp>
#include <leat/python/function/broadcast.hpp>
#include <leat/python/function/function.hpp>
#include <leat/wire/lacking.hpp>
#include <leat/wire/pickle.hpp>

#include <string>
#include <type_traits>

namespace leat::python_detail {

/// Gives the function a value by name: a keyword of its call, of its class's constructor, or a name in its expression.
template <class T>
void bind_value(function& f, const std::string& name, const T& value) {
  constexpr bool encodable = pickle::encodable<T>;
  static_assert(encodable || wire::lacks_fields<T, encodable>(),
                "leat: this value cannot be sent to Python; see the types in docs/types.md; docs/errors.md#python-encode");
  if constexpr (encodable) {
    wire::buffer pickled;
    pickle::encoder<std::decay_t<const T>>{}.put(pickled, value);
    f.bind(name, pickled.view());
  }
}
inline void bind_value(function& f, const std::string& name, const broadcast& value) { f.bind(name, value.content()); }
template <class T, class Merge>
void bind_value(function& f, const std::string& name, const accumulator<T, Merge>& value) {
  f.bind(name, value.state());
}

}  // namespace leat::python_detail

#endif
