// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_GENERATE_HPP
#define LEAT_SOURCE_GENERATE_HPP

#include <leat/core/assignable.hpp>
#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>

#include <optional>

namespace leat::core {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What a function yields, call by call. See `generate`.
template <class F>
class generate_range {
  using call = std::remove_cvref_t<std::invoke_result_t<F&>>;
  static constexpr bool may_end = is_optional<call>;
  static constexpr bool restarts = std::copy_constructible<F>;

  template <class T>
  struct item {
    using type = T;
  };
  template <class T>
  struct item<std::optional<T>> {
    using type = T;
  };

 public:
  using value = typename item<call>::type;
  static constexpr bool owns_elements = true;

  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = value;
    using difference_type = std::ptrdiff_t;
    using reference = value&;
    using pointer = void;

    constexpr explicit iterator(generate_range& all) : all_(std::addressof(all)) {}

    constexpr value& operator*() const { return *all_->now_; }
    constexpr iterator& operator++() {
      all_->more();
      return *this;
    }
    constexpr void operator++(int) { ++*this; }
    friend constexpr bool operator==(const iterator& i, std::default_sentinel_t) { return i.at_end(); }

   private:
    constexpr bool at_end() const { return !all_->now_; }
    generate_range* all_;
  };

  constexpr explicit generate_range(F f) : f_(std::move(f)) {}

  constexpr iterator begin() {
    if constexpr (restarts) running_.emplace(f_.value);
    more();
    return iterator(*this);
  }
  constexpr std::default_sentinel_t end() const { return {}; }

  template <class In, class Push>
  constexpr bool each(Push& push) {
    if constexpr (restarts) running_.emplace(f_.value);
    for (;;) {
      auto x = std::invoke(function());
      if constexpr (!may_end) {
        if (!push(static_cast<In>(x))) return false;
      } else {
        if (!x) return true;
        if (!push(static_cast<In>(*x))) return false;
      }
    }
  }

 private:
  constexpr F& function() {
    if constexpr (restarts)
      return running_->value;
    else
      return f_.value;
  }
  constexpr void more() {
    if constexpr (!may_end)
      now_.emplace(std::invoke(function()));
    else if (auto x = std::invoke(function()))
      now_.emplace(std::move(*x));
    else
      now_.reset();
  }

  core::assignable<F> f_;
  core::maybe<core::assignable<F>> running_{};  // the pass's own copy, whose state starts anew
  core::maybe<value> now_{};
};

struct generate_fn {
  template <class F>
  static consteval bool accepts() {
    constexpr bool callable = std::invocable<F&> && !std::is_void_v<call_result_t<F&>>;
    static_assert(
        callable,
        "leat: the function of generate must take nothing and return an element, or a std::optional that is empty at the "
        "end; docs/errors.md#generate-call");
    return callable;
  }
  template <class F>
  constexpr auto operator()(F f) const {
    if constexpr (accepts<F>())
      return generate_range<F>(std::move(f));
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// What `f()` returns, call by call: without end, or, where it returns `std::optional`, up to an empty one. Each pass starts
/// with a copy of `f`; a function that only moves is good for one pass.
inline constexpr core::generate_fn generate{};

}  // namespace leat

#endif
