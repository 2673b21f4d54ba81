// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_TESTS_BEHAVIOURS_TRIP_HPP
#define LEAT_TESTS_BEHAVIOURS_TRIP_HPP

#include <leat/python/call.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/to_vector.hpp>

#include <string>
#include <vector>

#include "../python/support.hpp"

/// Sends values through a worker, as they are and as a Python expression of the same value, and asks Python what it saw.
/// What needs no pipeline is a call, which takes half as long to compile.
template <class Wire>
struct trip {
  leat::python<Wire> py{support::quiet(1)};
  std::string source{};

  template <class T>
  std::vector<T> back(const std::vector<T>& values) const {
    return values | py.template map<T>("lambda x: x") | leat::to_vector();
  }
  template <class T>
  T made(const std::string& expression) const {
    return py.template function<T(int)>("make", making(expression))(0);
  }
  /// The error that a value made so ends in.
  template <class T>
  leat::conversion_error refused(const std::string& expression) const {
    return support::thrown<leat::conversion_error>(
        [&] { std::vector{0} | py.template map<T>("make", making(expression)) | leat::to_vector(); });
  }
  template <class T>
  std::string seen(const T& value) const {
    return py.template function<std::string(const T&)>("builtins:repr")(value);
  }
  leat::python_source making(const std::string& expression) const {
    return leat::source_text(source + "\ndef make(_): return " + expression + "\n");
  }
};

#endif
