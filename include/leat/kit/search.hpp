// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_SEARCH_HPP
#define LEAT_KIT_SEARCH_HPP

#include <leat/core/pipeline.hpp>

namespace leat::core {

/// A function that can be asked about an element: takes it as const and returns bool.
template <class F, class In>
concept asks = std::predicate<F&, const std::remove_reference_t<In>&>;

/// The state of any_of, all_of, none_of and contains: at the first element for which `f` says `Wanted` the result is `Found`,
/// and nothing more is asked for.
template <class F, class In, bool Wanted, bool Found>
struct search {
  F f;
  bool found = false;

  constexpr explicit search(F ask) : f(std::move(ask)) {}

  constexpr bool start(start_info) { return true; }
  constexpr bool operator()(In&& x) {
    found = static_cast<bool>(std::invoke(f, std::as_const(x))) == Wanted;
    return !found;
  }
  constexpr void merge(search&& other) { found = found || other.found; }
  constexpr bool result() { return found == Found; }
};

}  // namespace leat::core

#endif
