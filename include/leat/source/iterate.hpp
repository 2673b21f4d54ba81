// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_ITERATE_HPP
#define LEAT_SOURCE_ITERATE_HPP

#include <leat/core/assignable.hpp>
#include <leat/core/pipeline.hpp>

namespace leat::core {

/// `x, f(x), f(f(x)), ...`. See `iterate`.
template <class T, class F>
class iterate_range {
 public:
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = const T&;
    using pointer = void;

    constexpr explicit iterator(const iterate_range& all) : f_(std::addressof(all.f_.value)), now_(all.first_) {}

    constexpr const T& operator*() const { return now_; }
    constexpr iterator& operator++() {
      now_ = std::invoke(*f_, std::move(now_));
      return *this;
    }
    constexpr void operator++(int) { ++*this; }

   private:
    const F* f_;
    T now_;
  };

  constexpr iterate_range(T first, F f) : first_(std::move(first)), f_(std::move(f)) {}

  constexpr iterator begin() const { return iterator(*this); }
  constexpr std::unreachable_sentinel_t end() const { return {}; }

 private:
  T first_;
  core::assignable<F> f_;
};

struct iterate_fn {
  template <class T, class F>
  static consteval bool accepts() {
    constexpr bool steps = std::copyable<T> && requires(const F& f, T x) {
      { std::invoke(f, std::move(x)) } -> std::convertible_to<T>;
    };
    static_assert(steps,
                  "leat: the function of iterate must be const and take a copyable element and return the next one; "
                  "docs/errors.md#iterate-call");
    return steps;
  }
  template <class T, class F>
  constexpr auto operator()(T first, F f) const {
    if constexpr (accepts<T, F>())
      return iterate_range<T, F>(std::move(first), std::move(f));
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// `first, f(first), f(f(first)), ...` without end.
inline constexpr core::iterate_fn iterate{};

}  // namespace leat

#endif
