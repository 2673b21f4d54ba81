// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_FUNCTION_REF_HPP
#define LEAT_RUN_ENGINE_FUNCTION_REF_HPP

#include <concepts>
#include <memory>
#include <type_traits>

namespace leat::core {

/// A call without a copy: refers to a function object that outlives it.
template <class Signature>
class function_ref;

template <class R, class... Args>
class function_ref<R(Args...)> {
 public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, function_ref>)
  function_ref(F&& f)
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))),
        call_([](void* object, Args... args) -> R { return (*static_cast<std::remove_reference_t<F>*>(object))(args...); }) {}

  R operator()(Args... args) const { return call_(object_, args...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

}  // namespace leat::core

#endif
