// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_LANE_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_LANE_IPP

#include <leat/python/exchange/lane.hpp>
#include <leat/wire/buffer.hpp>

#include <utility>

namespace leat::python_detail {

LEAT_DECL void lane::send(window::place what, clock::time_point now) {
  what->waiting = &waiting;
  bytes += what->body->size();
  assigned.push_back(what);
  if (assigned.size() == 1) begin_first(now);
  transmit(*what);
}

LEAT_DECL window::place lane::take_done(clock::time_point now) {
  const auto done = assigned.front();
  assigned.pop_front();
  bytes -= done->body->size();
  begin_first(now);
  hears = hears || done->whole > 1;
  return done;
}

LEAT_DECL void lane::replace(std::unique_ptr<session> with) {
  conversation = std::move(with);
  recalled = {};
  hears = false;
  for (const auto b : assigned) {
    window::repeat(*b);
    transmit(*b);
  }
  if (ended) conversation->end();
}

LEAT_DECL void lane::recall(clock::time_point now) {
  if (!conversation->recall()) return;
  recalled = now;
  ++asked;
}

LEAT_DECL void lane::transmit(const window::batch& b) {
  if (!conversation) return;
  if (b.count == b.whole)
    conversation->data(b.number, b.count, b.body);
  else
    conversation->part(b.number, b.begin, b.count, b.body);
}

}  // namespace leat::python_detail

#endif
