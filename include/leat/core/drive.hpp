// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_DRIVE_HPP
#define LEAT_CORE_DRIVE_HPP

#include <leat/core/run_info.hpp>
#include <leat/core/source_holder.hpp>

#include <type_traits>
#include <vector>

namespace leat::core {

/// A range that can say what its next element waits for: a descriptor, or -1 when it is at hand (or at the end). It takes in
/// what is there without blocking, so it is asked again after each wait.
template <class R>
concept waiting_range = requires(R& r) {
  { r.waits_for() } -> std::same_as<int>;
};

/// A range that pushes its elements itself, faster than its iterator yields them: `each<In>(push)` calls `push(element)` until
/// that says false, and says then false itself.
template <class R, class In, class Push>
concept pushing_range = requires(R& r, Push& push) {
  { r.template each<In>(push) } -> std::same_as<bool>;
} && !waiting_range<R>;

/// A chain that takes plain elements which lie in memory together, `block(first, n)`, faster than one by one; false: no more.
template <class Chain, class E>
concept block_chain = std::is_trivially_copyable_v<E> && requires(Chain& chain, const E* first, std::size_t n) {
  { chain.block(first, n) } -> std::same_as<bool>;
};
template <class R, class Chain>
concept block_source =  // first what most chains are not, since the rest takes long to tell
    block_chain<Chain, std::remove_cvref_t<std::ranges::range_reference_t<R&>>> && std::ranges::contiguous_range<R&> &&
    std::ranges::sized_range<R&>;

/// The element at an iterator, as `In`: where that is an rvalue reference, moved, and where that makes it, by value.
template <class In, class Iterator>
constexpr decltype(auto) dereference(Iterator& it) {
  if constexpr (std::is_rvalue_reference_v<In>)
    return std::ranges::iter_move(it);
  else
    return static_cast<In>(*it);
}

/// Before the next element is asked for: gives background stages the time that the source would block. False: stop.
template <class R>
constexpr bool await_next(R& r, run_info& run) {
  if constexpr (waiting_range<R>) {
    if (run.first != nullptr)
      for (int fd = r.waits_for(); fd >= 0; fd = r.waits_for())
        if (!wait_readable(run, fd)) return false;
  }
  return true;
}

/// A source whose elements stand behind a pointer, without asking concepts and iterators, which takes 10 ms to compile.
template <class R>
inline constexpr bool plain_vector = false;
template <class T>
inline constexpr bool plain_vector<std::vector<T>> = !std::is_same_v<T, bool>;

template <class R>
constexpr start_info hint_of(R& r, run_info& run) {
  if constexpr (plain_vector<std::remove_const_t<R>>) {
    return {r.size(), start_info::exact, &run};
  } else if constexpr (std::ranges::sized_range<R>) {
    const std::size_t n = saturated(std::ranges::size(r));
    if (n != most_elements) return {n, start_info::exact, &run};
  }
  return {0, start_info::unknown, &run};
}

/// Pushes all elements of a range, as `In`. False: `push` has had enough.
template <class In, class R, class Push>
constexpr bool push_each(R& range, Push& push) {
  if constexpr (pushing_range<R, In, Push>) {
    return range.template each<In>(push);
  } else if constexpr (block_source<R, Push>) {
    return push.block(std::ranges::data(range), static_cast<std::size_t>(std::ranges::size(range)));
  } else if constexpr (plain_vector<std::remove_const_t<R>>) {
    auto* it = range.data();
    auto* const end = it + range.size();
    for (; it != end; ++it)
      if (!push(static_cast<In>(*it))) return false;
    return true;
  } else {
    auto it = std::ranges::begin(range);
    auto end = std::ranges::end(range);
    for (; it != end; ++it)
      if (!push(dereference<In>(it))) return false;
    return true;
  }
}

/// Pushes the range's elements, as `In`, into a chain until the chain or the range ends, then finishes the chain.
template <class In, class R, class Chain>
constexpr void drive(R& range, Chain& chain) {
  run_info run;
  if (chain.start(hint_of(range, run))) {
    if constexpr (!waiting_range<R>) {
      push_each<In>(range, chain);
    } else if (await_next(range, run)) {
      auto it = std::ranges::begin(range);
      auto end = std::ranges::end(range);
      while (it != end) {
        if (!chain(dereference<In>(it))) break;
        if (!await_next(range, run)) break;
        ++it;
      }
    }
  }
  chain.finish();
}

}  // namespace leat::core

#endif
