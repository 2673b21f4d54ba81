// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_CHARGING_NODE_HPP
#define LEAT_RUN_ENGINE_CHARGING_NODE_HPP

#include <leat/run/engine/chain.hpp>
#include <leat/shuffle/footprint.hpp>

namespace leat::core {

/// Charges elements on their way to a sink whose result holds them.
template <class In, class Next>
struct charging_node {
  reservation* held;
  Next next;
  std::size_t bytes = 0;

  bool start(start_info n) { return next.start(n); }
  bool operator()(In&& x) {
    bytes += sizeof(value_t<In>) + heap_bytes<value_t<In>>(x);
    if (bytes >= 65536) held->grow(std::exchange(bytes, 0));  // the account is shared by all threads: not for each element
    return next(std::forward<In>(x));
  }
  void finish() {
    held->grow(bytes);
    next.finish();
  }
};

/// The node in front of `next` that sink K needs.
template <class K, class In, class Next>
auto charged(reservation& held, Next next) {
  if constexpr (K::keeps_elements)
    return charging_node<In, Next>{&held, std::move(next)};
  else
    return next;
}

}  // namespace leat::core

#endif
