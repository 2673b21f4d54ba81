// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_REPEAT_HPP
#define LEAT_SOURCE_REPEAT_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>

namespace leat::core {

/// One value again and again. See `repeat`.
template <class T, bool Endless>
class repeat_range {
 public:
  class iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = const T&;
    using pointer = const T*;

    iterator() = default;
    constexpr iterator(const T& value, std::size_t left) : value_(std::addressof(value)), left_(left) {}

    constexpr const T& operator*() const { return *value_; }
    constexpr const T* operator->() const { return value_; }
    constexpr iterator& operator++() {
      --left_;
      return *this;
    }
    constexpr iterator operator++(int) {
      iterator old = *this;
      ++*this;
      return old;
    }
    friend constexpr bool operator==(const iterator&, const iterator&) = default;
    friend constexpr bool operator==(const iterator& i, std::default_sentinel_t) { return !Endless && i.left_ == 0; }

   private:
    const T* value_ = nullptr;
    std::size_t left_ = 0;
  };

  constexpr repeat_range(T value, std::size_t n) : value_(std::move(value)), n_(n) {}

  constexpr iterator begin() const { return iterator(value_, n_); }
  constexpr std::default_sentinel_t end() const { return {}; }
  constexpr std::size_t size() const
    requires(!Endless)
  {
    return n_;
  }

 private:
  T value_;
  std::size_t n_;
};

struct repeat_fn {
  template <class T>
  constexpr auto operator()(T value) const {
    return repeat_range<T, true>(std::move(value), 0);
  }
  template <class T, std::integral N>
  constexpr auto operator()(T value, N n) const {
    return repeat_range<T, false>(std::move(value), core::checked_count("repeat", n));
  }
};

}  // namespace leat::core

namespace leat {

/// `value` without end, or `n` times. Throws `usage_error` where `n` is negative.
inline constexpr core::repeat_fn repeat{};

}  // namespace leat

#endif
