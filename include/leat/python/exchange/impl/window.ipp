// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_WINDOW_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_WINDOW_IPP

#include <leat/python/exchange/window.hpp>
#include <leat/wire/buffer.hpp>

#include <iterator>

namespace leat::python_detail {

LEAT_DECL window::place window::add(session::body_ptr body, std::size_t count) {
  batch& b = batches_.emplace_back();
  b.number = next_++;
  b.body = std::move(body);
  b.count = b.whole = count;
  b.first_record = records_;
  records_ += count;
  return std::prev(batches_.end());
}

// ---- results

LEAT_DECL void window::keep(batch& b, std::string_view body, std::size_t count, session::loan loan) {
  part& p = b.parts.emplace_back();
  p.count = count;
  p.loan = std::move(loan);
  if (p.loan)
    p.loaned = body;
  else
    p.copy = body;
  *b.waiting += body.size();
}

LEAT_DECL window::part window::take_part(batch& b) {
  part p = std::move(b.parts.front());
  b.parts.pop_front();
  *b.waiting -= p.body().size();
  return p;
}

LEAT_DECL void window::repeat(batch& b) {
  while (!b.parts.empty()) take_part(b);
  b.skip = b.delivered;
  b.seen = 0;
}

// ---- elements handed back

LEAT_DECL session::body_ptr window::finish(place b, std::size_t consumed) {
  if (consumed >= b->count) {
    b->done = true;
    return std::exchange(b->body, nullptr);
  }
  auto rest = b;
  if (consumed != 0) {
    rest = split(b, consumed);
    rest->delivered = rest->skip = b->skip;  // where an earlier worker had yielded more before it died
    b->done = true;
    b->body = nullptr;
  }
  if (rest->body->owner()) {  // a buffer is lent once
    auto copy = std::make_shared<wire::buffer>();
    copy->append(rest->body->view());
    rest->body = std::move(copy);
  }
  returned_.insert(std::upper_bound(returned_.begin(), returned_.end(), rest,
                                    [](auto const& x, auto const& y) { return x->first_record < y->first_record; }),
                   rest);
  return nullptr;
}

/// Leaves a batch its first elements; a new one behind it gets the others.
LEAT_DECL window::place window::split(place from, std::size_t first) {
  const auto rest = batches_.emplace(std::next(from));
  rest->number = next_++;
  rest->body = from->body;
  rest->begin = from->begin + first;
  rest->count = from->count - first;
  rest->whole = from->whole;
  rest->first_record = from->first_record + first;
  rest->deaths = from->deaths;
  from->count = first;
  return rest;
}

LEAT_DECL window::place window::take_returned(std::size_t most) {
  const auto taken = returned_.front();
  returned_.pop_front();
  const bool divides = taken->skip == 0;  // else nobody knows whose results those are that will be passed over
  if (divides && most < taken->count) returned_.push_front(split(taken, most));
  return taken;
}

}  // namespace leat::python_detail

#endif
