// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_DIRECT_HPP
#define LEAT_CORE_DIRECT_HPP

#include <leat/core/cursor.hpp>
#include <leat/core/pipe.hpp>

namespace leat::core {

/// A pipeline that makes one element of each, by itself and with const functions: it can be called like a function. Its pass
/// needs no state but its place, so that compilers vectorize it where they vectorize the loop.
template <class P, class In>
concept direct_pipeline =
    P::template direct<In> &&
    std::same_as<decltype(P::template call<In>(std::declval<const P&>(), std::declval<In>())), typename P::template result<In>>;

template <class R, class P>
concept light = std::ranges::forward_range<R> && direct_pipeline<P, element_t<R&>> && !waiting_range<R> &&
                (std::is_lvalue_reference_v<typename P::template result<element_t<R&>>> ||
                 std::is_trivially_copyable_v<typename P::template result<element_t<R&>>>);

/// The input iterator of a bound direct pipeline. Each element is made once, when it is first read.
template <class R, class P>
class direct_iterator {
  using in = element_t<R&>;
  using out = typename P::template result<in>;
  static constexpr bool refers = std::is_lvalue_reference_v<out>;
  using made = std::conditional_t<refers, std::add_pointer_t<out>, std::remove_cvref_t<out>>;

 public:
  using iterator_concept = std::input_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using value_type = std::remove_cvref_t<out>;
  using difference_type = std::ptrdiff_t;
  using reference = std::conditional_t<refers, out, value_type>;
  using pointer = void;

  direct_iterator() = default;
  constexpr direct_iterator(R& range, const P& pipeline)
      : at_(std::ranges::begin(range)), end_(std::ranges::end(range)), pipeline_(std::addressof(pipeline)) {}

  constexpr reference operator*() const {
    if (!made_) make();
    if constexpr (refers)
      return **made_;
    else
      return *made_;
  }
  constexpr direct_iterator& operator++() {
    made_.reset();
    ++at_;
    return *this;
  }
  constexpr void operator++(int) { ++*this; }
  friend constexpr bool operator==(const direct_iterator& i, std::default_sentinel_t) { return i.at_ == i.end_ || i.failed_; }

 private:
  constexpr void make() const {
    try {
      if constexpr (refers)
        made_.fill(std::addressof(P::template call<in>(*pipeline_, dereference<in>(at_))));
      else
        made_.fill(P::template call<in>(*pipeline_, dereference<in>(at_)));
    } catch (...) {
      failed_ = true;
      throw;
    }
  }

  std::ranges::iterator_t<R> at_{};
  std::ranges::sentinel_t<R> end_{};
  const P* pipeline_ = nullptr;
  mutable maybe<made> made_{};
  mutable bool failed_ = false;  // one that threw is at its end
};

}  // namespace leat::core

#endif
