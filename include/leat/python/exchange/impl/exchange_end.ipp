// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_EXCHANGE_END_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_EXCHANGE_END_IPP

#include <leat/python/exchange/exchange.hpp>
#include <leat/python/session/report.hpp>

#include <algorithm>

namespace leat::python_detail {

inline constexpr std::chrono::microseconds least_company{200};  // for which an idle worker waits for more elements
inline constexpr std::chrono::milliseconds most_company{50};
inline constexpr double costly = 1e6;       // nanoseconds: what costs that much a batch is not done with few elements
inline constexpr double long_batch = 10e6;  // of which none waits behind another in the same worker

// ---- sizes

LEAT_DECL void exchange::look_ahead() {
  const std::uint64_t left = elements_ - std::min<std::uint64_t>(elements_, records_);
  limit_ = size_.next(elements_ == core::most_elements ? elements_ : static_cast<std::size_t>(left), idle_ones(), most_lanes);
  enough_ = size_.once() > costly ? limit_ : limit_ / 8;
  const std::chrono::nanoseconds some(static_cast<std::int64_t>(size_.once() / 8));
  company_ = std::clamp<clock::duration>(some, least_company, most_company);
  ahead_ = size_.blind() || size_.expected(limit_) > long_batch ? 1 : 2;
}

LEAT_DECL std::size_t exchange::idle_ones() const {
  const auto busy =
      std::count_if(lanes_.begin(), lanes_.end(), [](auto const& s) { return s->failed || !s->assigned.empty(); });
  return most_lanes - std::min(most_lanes, static_cast<std::size_t>(busy));
}

// ---- batches handed back

/// Leaves a batch its first elements; a new one behind it gets the others.
LEAT_DECL std::list<exchange::batch>::iterator exchange::split(std::list<batch>::iterator from, std::size_t first) {
  const auto rest = window_.emplace(std::next(from));
  rest->number = next_number_++;
  rest->body = from->body;
  rest->begin = from->begin + first;
  rest->count = from->count - first;
  rest->whole = from->whole;
  rest->first_record = from->first_record + first;
  rest->deaths = from->deaths;
  from->count = first;
  return rest;
}

/// Of a batch, the worker has done only the first elements.
LEAT_DECL void exchange::hand_back(std::list<batch>::iterator from, std::size_t consumed) {
  auto rest = from;
  if (consumed != 0) {
    rest = split(from, consumed);
    rest->delivered = rest->skip = from->skip;  // where an earlier worker had yielded more before it died
  }
  rest->owner = nullptr;
  if (rest->body->owner()) {  // a buffer is lent once
    auto copy = std::make_shared<wire::buffer>();
    copy->append(rest->body->view());
    rest->body = std::move(copy);
  }
  returned_.insert(std::upper_bound(returned_.begin(), returned_.end(), rest,
                                    [](auto const& a, auto const& b) { return a->first_record < b->first_record; }),
                   rest);
}

LEAT_DECL bool exchange::send_returned() {
  bool moved = false;
  while (!returned_.empty() && !stopped_) {
    lane* const to = free_lane(&*returned_.front());
    if (to == nullptr) break;
    const auto piece = returned_.front();
    returned_.pop_front();
    const std::size_t idle = std::max<std::size_t>(1, idle_ones());
    const std::size_t n = std::min(size_.next(piece->count, idle, most_lanes), (piece->count + idle - 1) / idle);
    if (n < piece->count && piece->skip == 0 && program_->cuts()) {
      returned_.push_front(split(piece, n));
    }
    send(*to, piece);
    moved = true;
  }
  return moved;
}

/// Asks for what a worker has not begun, where others have nothing to do: once, since native code in its calls may end with
/// EINTR, but again where a worker that has done no batch of several elements yet may not have been there to hear it. Returns
/// after how many milliseconds it may make sense to ask again; -1: not before something has come.
LEAT_DECL int exchange::share_out() {
  if (most_lanes < 2 || stopped_ || !returned_.empty() || program_->workers->options().debug) return -1;
  const auto now = clock::now();
  const bool cuts = program_->cuts();
  std::size_t idle = idle_ones();
  bool asked = false;
  lane* longest = nullptr;
  for (auto const& s : lanes_) {
    if (s->failed || s->assigned.empty()) continue;
    if (now - s->recalled < 10 * patience) {  // it is about to; or it was not there yet to hear it
      asked = true;
      idle -= std::min<std::size_t>(idle, 1);
      continue;
    }
    if (s->asked == (s->hears ? 1 : most_asked)) continue;
    const bool more = s->assigned.size() > 1 || (cuts && s->assigned.front()->count > 1);
    if (more && (longest == nullptr || s->begun < longest->begun)) longest = s.get();
  }
  const auto milliseconds = [](clock::duration d) {
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(d).count());
  };
  if (longest == nullptr || idle == 0) return asked ? milliseconds(10 * patience) : -1;
  // To start a worker takes longer than to wait for one.
  const bool ready = std::any_of(lanes_.begin(), lanes_.end(), [](auto const& s) { return !s->failed && s->assigned.empty(); });
  const auto left = longest->begun + (ready ? patience : 10 * patience) - now;
  if (left.count() <= 0 && longest->conversation->recall()) {
    longest->recalled = now;
    ++longest->asked;
  }
  return milliseconds(std::max<clock::duration>(left, patience));
}

// ---- the end

LEAT_DECL void exchange::recover(lane& s, error& e) {
  location where = place();
  if (!s.assigned.empty()) {
    const batch& b = *s.assigned.front();
    where.batch = b.number;
    where.record = b.first_record;
    if (b.count > 1) where.last_record = b.first_record + b.count - 1;
  }
  e.locate(where);
  if (run_.task || !e.retryable()) throw;  // a task is run again as a whole
  const unsigned attempts = std::max(1u, program_->workers->options().attempts);
  const unsigned deaths = s.assigned.empty() ? ++s.deaths : ++s.assigned.front()->deaths;
  if (whole_stream_ && begun_) {
    e.note("it is not tried again: map_partitions and stateful classes have seen a part of the stream that is gone");
    throw;
  }
  if (deaths >= attempts) {
    e.note(gave_up_after(attempts, s.assigned.empty() ? 0 : s.assigned.front()->count));
    throw;
  }
  s.conversation = new_session();
  s.waiting = 0;
  s.recalled = {};
  s.hears = false;
  for (const auto b : s.assigned) {
    b->parts.clear();
    b->skip = b->delivered;
    b->seen = 0;
    transmit(s, *b);
  }
  if (s.ended) s.conversation->end();
}

LEAT_DECL bool exchange::all_closed() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](auto const& s) { return s->conversation->closed(); });
}

LEAT_DECL void exchange::remember() noexcept {
  try {
    program_->workers->sizes().keep(kin_, size_);
  } catch (...) {  // for want of memory
  }
}

LEAT_DECL void exchange::finish() {
  if (stopped_) return cancel();
  if (program_->partitions() && lanes_.empty()) add_lane();
  if (whole_stream_) {
    for (auto const& s : lanes_) {
      s->ended = true;
      s->conversation->end();
    }
    while (!stopped_ && !(all_closed() && window_.empty()))
      if (!pass()) wait();
    if (stopped_) return cancel();
  } else {
    while (!stopped_ && !window_.empty())
      if (!pass()) wait(share_out());
    if (stopped_) return cancel();
    for (auto const& s : lanes_) {
      s->conversation->end();
      s->conversation->pump(*this, false);
      if (program_->workers->options().profile)
        s->conversation->drain(clock::now() + std::chrono::seconds(10));  // the worker writes its profile before its last frame
      else if (!s->conversation->wants_write())
        s->conversation->leave();  // it has answered all; its last frame is for the next session to drop
    }
  }
  lanes_.clear();
  remember();
}

LEAT_DECL void exchange::cancel() noexcept {
  if (!lanes_.empty()) remember();
  stopped_ = true;
  if (!program_->workers->mine()) return;
  for (auto& b : window_) b.parts.clear();  // their loans, before the workers go back
  for (auto const& s : lanes_) s->conversation->stop();
  const bool debug = program_->workers->options().debug;  // a breakpoint may hold it
  const auto until = clock::now() + (debug ? std::chrono::hours(24) : program_->may_hold_state() ? long_grace : grace);
  for (auto const& s : lanes_) s->conversation->drain(until);
  lanes_.clear();
  returned_.clear();
  window_.clear();
}

}  // namespace leat::python_detail

#endif
