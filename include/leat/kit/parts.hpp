// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_PARTS_HPP
#define LEAT_KIT_PARTS_HPP

#include <leat/core/stage.hpp>

#include <cstddef>
#include <tuple>

namespace leat::core {

using std::get;

template <class T, std::size_t N>
concept tuple_like_at = (N < std::tuple_size<std::remove_cvref_t<T>>::value) && requires(T&& x) { get<N>(std::forward<T>(x)); };

/// The Nth element of a pair, a tuple or what else has `get` and `std::tuple_size`, or else the member `first` or `second`: an
/// rvalue where the whole is one.
template <std::size_t N>
struct part {
  template <class T>
    requires tuple_like_at<T, N>
  constexpr decltype(auto) operator()(T&& x) const {
    return get<N>(std::forward<T>(x));
  }
  template <class T>
    requires(N == 0 && !tuple_like_at<T, N>)
  constexpr auto operator()(T&& x) const -> decltype((std::forward<T>(x).first)) {
    return std::forward<T>(x).first;
  }
  template <class T>
    requires(N == 1 && !tuple_like_at<T, N>)
  constexpr auto operator()(T&& x) const -> decltype((std::forward<T>(x).second)) {
    return std::forward<T>(x).second;
  }
};

}  // namespace leat::core

#endif
