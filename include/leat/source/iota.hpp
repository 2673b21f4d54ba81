// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_IOTA_HPP
#define LEAT_SOURCE_IOTA_HPP

#include <leat/core/error.hpp>
#include <leat/core/pipeline.hpp>

namespace leat::core {

template <class T>
class iota_iterator {
 public:
  using iterator_concept = std::forward_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using reference = T;
  using pointer = void;

  iota_iterator() = default;
  constexpr explicit iota_iterator(T value) : value_(value) {}

  constexpr T operator*() const { return value_; }
  constexpr iota_iterator& operator++() {
    ++value_;
    return *this;
  }
  constexpr iota_iterator operator++(int) { return iota_iterator(value_++); }
  friend constexpr bool operator==(const iota_iterator&, const iota_iterator&) = default;

 private:
  T value_{};
};

template <class T>
class endless_iota : public std::ranges::view_base {
 public:
  endless_iota() = default;
  constexpr explicit endless_iota(T first) : first_(first) {}
  constexpr iota_iterator<T> begin() const { return iota_iterator<T>(first_); }
  constexpr std::unreachable_sentinel_t end() const { return {}; }

 private:
  T first_{};
};

template <class T>
class bounded_iota : public std::ranges::view_base {
 public:
  bounded_iota() = default;
  constexpr bounded_iota(T first, T last) : first_(first), last_(last < first ? first : last) {}
  constexpr iota_iterator<T> begin() const { return iota_iterator<T>(first_); }
  constexpr iota_iterator<T> end() const { return iota_iterator<T>(last_); }
  constexpr std::size_t size() const
    requires(sizeof(T) <= sizeof(std::size_t))
  {
    using bits = std::make_unsigned_t<T>;
    return static_cast<std::size_t>(static_cast<bits>(static_cast<bits>(last_) - static_cast<bits>(first_)));
  }

 private:
  T first_{}, last_{};
};

template <class T>
concept counting = std::integral<T> && !std::same_as<T, bool>;

struct iota_fn {
  template <class T>
  static consteval bool accepts() {
    static_assert(counting<T>, "leat: iota counts integers; map them to what you need; docs/errors.md#iota-integer");
    return counting<T>;
  }
  template <class T>
  constexpr auto operator()(T first) const {
    if constexpr (accepts<T>())
      return endless_iota<T>(first);
    else
      return core::poison{};
  }
  template <class T, class U>
  constexpr auto operator()(T first, U last) const {
    if constexpr (accepts<T>() && accepts<U>()) {
      using common = std::common_type_t<T, U>;
      if constexpr (std::is_signed_v<T> && std::is_unsigned_v<common>)
        if (first < 0) throw usage_error("iota: the first number is negative and the last is unsigned; give both one type");
      if constexpr (std::is_signed_v<U> && std::is_unsigned_v<common>)
        if (last < 0) last = 0;
      return bounded_iota<common>(static_cast<common>(first), static_cast<common>(last));
    } else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// The integers from `first` on: endless, or up to `last`, which is left out. Of two types their common type; throws
/// `usage_error` where that cannot hold a negative `first`. An endless one must be stopped before its type's largest value.
inline constexpr core::iota_fn iota{};

}  // namespace leat

template <class T>
inline constexpr bool std::ranges::enable_borrowed_range<leat::core::endless_iota<T>> = true;
template <class T>
inline constexpr bool std::ranges::enable_borrowed_range<leat::core::bounded_iota<T>> = true;

#endif
