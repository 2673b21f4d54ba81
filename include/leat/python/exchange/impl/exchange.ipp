// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_EXCHANGE_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_EXCHANGE_IPP

#include <leat/posix/cpus.hpp>
#include <leat/python/exchange/exchange.hpp>
#include <leat/python/exchange/recall.hpp>
#include <leat/python/session/done.hpp>
#include <leat/python/session/opening.hpp>
#include <leat/python/session/report.hpp>
#include <leat/python/session/updates.hpp>

#include <algorithm>

namespace leat::python_detail {

LEAT_DECL exchange::exchange(std::shared_ptr<const program> what, const core::run_info& run, receiver& to, std::size_t elements)
    : program_(std::move(what)),
      run_(run),
      to_(to),
      shared_values_(program_->shared_values()),
      open_(std::make_shared<wire::buffer>(open_body(*program_, run))),
      most_lanes_(run.task || program_->whole_stream() ? 1 : std::max<std::size_t>(1, program_->workers->options().workers)),
      whole_stream_(program_->whole_stream()),
      kin_(program_->kin()),
      pacing_(*program_, program_->workers->sizes().recall(kin_), elements, most_lanes_, clock::now()),
      recovery_(run.task, program_->workers->options().attempts,
                "it is not tried again: map_partitions and stateful classes have seen a part of the stream that is gone"),
      bodies_(program_->shares_elements ? &program_->workers->buffers() : nullptr) {}

LEAT_DECL exchange::~exchange() { cancel(); }

LEAT_DECL location exchange::place() const {
  location at{program_->name(), {}, {}, {}};
  if (run_.task) at.partition = run_.partition;
  return at;
}

LEAT_DECL location exchange::place_of(const batch& b) const {
  location at = place();
  at.batch = b.number;
  return at;
}

// ---- batches out

LEAT_DECL bool exchange::due(std::size_t count, std::size_t bytes) {
  using namespace std::chrono_literals;
  if (pacing_.full(count, bytes)) {
    await_room();
    if (pacing_.full(count, bytes)) return true;  // what has come meanwhile may ask for larger ones
  }
  const auto now = clock::now();
  pacing_.look(now);
  if (!idle() && now - passed_ > 200us) pass();  // results come in meanwhile, or the workers' sockets fill
  return stopped_ || (pacing_.suffices(count, now) && idle());
}

LEAT_DECL bool exchange::submit(wire::buffer& content, std::size_t count) {
  lane* const to = await_room();
  if (stopped_) return false;
  to->send(window_.add(bodies_.take(content), count), clock::now());
  pacing_.sent(count, records(), idle_ones());
  pass();
  pacing_.sent_at(passed_);
  return !stopped_;
}

/// Someone who may get a new batch: of what was handed back, nothing waits.
LEAT_DECL lane* exchange::await_room() {
  lane* to = nullptr;
  while (!stopped_ && (window_.returned() != nullptr || (to = find_room()) == nullptr))
    if (!pass()) wait();
  return to;
}

/// Who may get a batch; one that was handed back goes to nobody who has a later one already. Prefers who has least.
LEAT_DECL lane* exchange::find_room(const batch* again) {
  if (again == nullptr && program_->ordered && window_.size() >= window_batches * most_lanes_) return nullptr;
  lane* best = nullptr;
  const bool full = crowded();
  for (auto const& s : lanes_)
    if (!s->failed && pacing_.has_room(s->assigned.size(), s->bytes) &&
        (again == nullptr || s->assigned.empty() || s->assigned.back()->first_record < again->first_record) &&
        !(full && s->assigned.empty()) && (best == nullptr || s->assigned.size() < best->assigned.size()))
      best = s.get();
  if (!full && (best == nullptr || !best->assigned.empty()) && lanes_.size() < most_lanes_) best = &add_lane();
  return best;
}

LEAT_DECL lane& exchange::add_lane() {
  auto s = std::make_unique<lane>();
  s->conversation = new_session();
  return *lanes_.emplace_back(std::move(s));
}

LEAT_DECL std::unique_ptr<session> exchange::new_session() {
  try {
    auto made = std::make_unique<session>(program_->workers, open_, shared_values_);
    if (program_->shares_results) made->share_results();
    return made;
  } catch (start_failed& e) {
    e.locate(place());
    throw;
  }
}

LEAT_DECL bool exchange::send_returned() {
  bool moved = false;
  for (const batch* next = nullptr; !stopped_ && (next = window_.returned()) != nullptr; moved = true) {
    lane* const to = find_room(next);
    if (to == nullptr) break;
    const std::size_t share = pacing_.share(next->count, std::max<std::size_t>(1, idle_ones()));
    to->send(window_.take_returned(program_->cuts() ? share : next->count), clock::now());
  }
  return moved;
}

/// Lets a worker hand something back where that helps; returns after how many milliseconds to look again, -1: not before
/// something has come.
LEAT_DECL int exchange::share_out() {
  if (most_lanes_ < 2 || stopped_ || window_.returned() != nullptr || program_->workers->options().debug) return -1;
  const auto now = clock::now();
  const auto found = find_recall(lanes_, idle_ones(), program_->cuts(), now);
  if (found.whom != nullptr) found.whom->recall(now);
  return found.again;
}

LEAT_DECL bool exchange::idle() const {
  return !crowded() && (lanes_.size() < most_lanes_ ||
                        std::any_of(lanes_.begin(), lanes_.end(), [](auto const& s) { return s->assigned.empty(); }));
}

/// One more worker would take the CPU from this thread, which is busy itself where batches of arrays are quickly computed.
LEAT_DECL bool exchange::crowded() const {
  if (!pacing_.quick()) return false;
  static const std::size_t cpus = usable_cpus();
  const auto busy = std::count_if(lanes_.begin(), lanes_.end(), [](auto const& s) { return s->busy(); });
  return static_cast<std::size_t>(busy) + 1 >= std::max<std::size_t>(2, cpus);
}

LEAT_DECL std::size_t exchange::idle_ones() const {
  const auto taken = std::count_if(lanes_.begin(), lanes_.end(), [](auto const& s) { return !s->free(); });
  return most_lanes_ - std::min(most_lanes_, static_cast<std::size_t>(taken));
}

// ---- results in

LEAT_DECL void exchange::frame(session& from, const wire::frame_header& header, std::string_view body) {
  const auto found = std::find_if(lanes_.begin(), lanes_.end(), [&](auto const& s) { return s->conversation.get() == &from; });
  lane& s = **found;
  if (stopped_) return;
  if (header.kind == wire::frame_kind::error) return take_error(s, header, body);
  if (header.kind == wire::frame_kind::closed) return count_updates(*program_, body);

  // What map_partitions yields after its last batch, or without any, belongs to the end of the stream.
  const bool known = s.is_at(header.batch), tail = program_->partitions() && !known;
  if (!tail && !known)
    throw protocol_error("a worker answered batch " + std::to_string(header.batch) + ", which it was not sent", place());
  if (header.kind == wire::frame_kind::data) {
    if (tail)
      deliver_tail(body, header.count);
    else
      take_results(s, body, header.count);
  } else if (header.kind == wire::frame_kind::done) {
    done_body done;
    if (!known || !read_done(body, done))
      throw protocol_error("a worker finished batch " + std::to_string(header.batch) + " out of turn", place());
    take_done(s, header.count, done);
  } else {
    throw protocol_error(
        "a worker sent a frame of kind " + std::to_string(static_cast<int>(header.kind)) + ", which only goes to it", place());
  }
}

LEAT_DECL void exchange::take_results(lane& s, std::string_view body, std::size_t count) {
  batch& b = *s.assigned.front();
  if (program_->ordered && !window_.is_first(b)) return window::keep(b, body, count, s.conversation->keep());
  if (!window::hand_on(b, body, count, [&](auto const&... what) { return deliver(what...); })) stopped_ = true;
}

LEAT_DECL void exchange::take_done(lane& s, std::size_t consumed, const done_body& done) {
  const batch& b = *s.assigned.front();
  if (const std::size_t came = b.came(); done.results != came && !program_->partitions())
    throw_wrong_count(done.results, came, place_of(b));
  if (consumed > b.count) throw_more_than_sent(consumed, b.count, place_of(b));
  if (consumed == 0 && b.count > 0 && !whole_stream_ && b.answered())
    throw protocol_error("a worker handed back a batch of which it had sent results", place());
  pacing_.measure(consumed, b.body->size(), done.nanoseconds);
  if (!done.updates.empty()) count_updates(*program_, done.updates);
  if (whole_stream_) recovery_.commit();
  bodies_.put_back(window_.finish(s.take_done(clock::now()), whole_stream_ ? b.count : consumed));
  pacing_.adapt(records(), idle_ones());
  advance();
}

LEAT_DECL void exchange::take_error(lane& s, const wire::frame_header& header, std::string_view body) {
  s.failed = true;
  const bool known = s.is_at(header.batch);
  location where = known ? place_of(*s.assigned.front()) : place();
  if (known && header.count != wire::none) where.record = s.assigned.front()->first_record + header.count;
  if (!known || !program_->ordered) throw_reported(*program_, body, std::move(where));
  try {
    throw_reported(*program_, body, std::move(where));
  } catch (...) {
    s.assigned.front()->failure = std::current_exception();  // what came before it goes first
  }
  advance();
}

/// Hands on what is in turn.
LEAT_DECL void exchange::advance() {
  if (!window_.advance([&](auto const&... what) { return deliver(what...); })) stopped_ = true;
}

LEAT_DECL bool exchange::deliver(const batch& b, std::string_view body, std::size_t count, std::size_t skip) {
  try {
    const bool wanted = to_.results(body, count, skip);
    if (whole_stream_) recovery_.commit();
    return wanted;
  } catch (conversion_error& e) {
    if (e.where().stage.empty()) {
      const std::size_t index = b.seen + e.where().record.value_or(0);
      e.rebase(program_->one_to_one() ? std::optional<std::size_t>(b.first_record + index) : std::nullopt);
      e.locate(place_of(b));
      if (!program_->one_to_one()) e.note("it is result " + std::to_string(index) + " of the batch");
    }
    throw;
  }
}

LEAT_DECL void exchange::deliver_tail(std::string_view body, std::size_t count) {
  try {
    if (!to_.results(body, count, 0)) stopped_ = true;
  } catch (conversion_error& e) {
    if (e.where().stage.empty()) {
      e.rebase(std::nullopt);
      e.locate(place());
    }
    throw;
  }
  recovery_.commit();
}

// ---- the pump

/// The batch in turn is read whatever waits, so this cannot lock up.
LEAT_DECL bool exchange::may_read(const lane& s) const {
  return s.waiting < std::max(result_bytes, 4 * program_->most_bytes) || window_.returned() != nullptr ||
         (!s.assigned.empty() && window_.is_first(*s.assigned.front()));
}

/// What `f()` says; true where the lane's worker died in it and was replaced.
template <class F>
bool exchange::recovering(lane& s, F f) {
  try {
    return f();
  } catch (error& e) {
    if (!s.conversation->broken()) throw;  // of a stage further on
    recover(s, e);
    return true;
  }
}

LEAT_DECL void exchange::recover(lane& s, error& e) {
  batch* const at = s.assigned.empty() ? nullptr : &*s.assigned.front();
  location where = at != nullptr ? place_of(*at) : place();
  if (at != nullptr) {
    where.record = at->first_record;
    if (at->count > 1) where.last_record = at->first_record + at->count - 1;
  }
  e.locate(where);
  if (!recovery_.again(e, at != nullptr ? at->deaths : s.deaths, at != nullptr ? at->count : 0)) throw;
  s.replace(new_session());
}

LEAT_DECL bool exchange::pass() {
  program_->workers->check();
  if (run_.stopped()) throw cancelled("the job was stopped", place());
  bool moved = false;
  for (std::size_t i = 0; i < lanes_.size() && !stopped_; ++i) {
    lane& s = *lanes_[i];
    if (s.conversation->closed()) continue;
    moved = recovering(s, [&] { return s.conversation->pump(*this, may_read(s)); }) || moved;
  }
  moved = send_returned() || moved;
  passed_ = clock::now();
  return moved;
}

LEAT_DECL bool exchange::turn() {
  while (!stopped_ && pass()) {
  }
  for (std::size_t i = 0; i < lanes_.size() && !stopped_; ++i)
    if (lane& s = *lanes_[i]; end_of(s) >= 0 && s.conversation->ended()) hear_out(s);
  again_ = share_out();
  return !stopped_;
}

/// Adds what the lanes wait for; returns after how many milliseconds to look again, -1: not before that has come. A tick where
/// a worker is starting (its pidfd is not known yet) or another task's failure may stop this one.
LEAT_DECL int exchange::watch(std::vector<pollfd>& set) {
  std::size_t known = 0;
  for (auto const& s : lanes_) {
    if (s->conversation->closed()) continue;
    const int events = (may_read(*s) ? POLLIN : 0) | (s->conversation->wants_write() ? POLLOUT : 0);
    set.push_back({s->conversation->socket(), static_cast<short>(events), 0});
    if (const int ended = end_of(*s); ended >= 0) {
      set.push_back({ended, POLLIN, 0});
      ++known;
    }
  }
  return run_.stop != nullptr || known < lanes_.size() ? 50 : -1;
}

LEAT_DECL int exchange::descriptors(std::vector<pollfd>& into) { return core::sooner(watch(into), again_); }

LEAT_DECL void exchange::wait(int milliseconds) {
  auto& set = waiting_for_;
  set.clear();
  milliseconds = core::sooner(milliseconds, watch(set));
  ::poll(set.data(), set.size(), milliseconds);
  for (auto const& s : lanes_) {
    const int ended = end_of(*s);
    const auto tells = [&](const pollfd& p) { return p.fd == ended && p.revents != 0; };
    if (ended >= 0 && std::any_of(set.begin(), set.end(), tells)) hear_out(*s);
  }
}

/// The descriptor that tells of the end of a lane's worker; -1: it is just starting, or has closed the session.
LEAT_DECL int exchange::end_of(const lane& s) const {
  try {
    return s.conversation->closed() ? -1 : s.conversation->pidfd();
  } catch (start_failed& e) {  // it did not start in time
    e.locate(place());
    throw;
  }
}

LEAT_DECL void exchange::hear_out(lane& s) {
  recovering(s, [&] {
    s.conversation->hear_out(*this, [&] { return !stopped_; });
    return true;
  });
}

// ---- the end

LEAT_DECL void exchange::remember() noexcept {
  try {
    program_->workers->sizes().keep(kin_, pacing_.learnt());
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
    const auto closed = [](auto const& s) { return s->conversation->closed(); };
    while (!stopped_ && !(window_.empty() && std::all_of(lanes_.begin(), lanes_.end(), closed)))
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
  window_.forget_results();  // their loans, before the workers go back
  for (auto const& s : lanes_) s->conversation->stop();
  const bool debug = program_->workers->options().debug;  // a breakpoint may hold it
  const auto until = clock::now() + (debug ? std::chrono::hours(24) : program_->may_hold_state() ? long_grace : grace);
  for (auto const& s : lanes_) s->conversation->drain(until);
  lanes_.clear();
  window_.clear();
}

}  // namespace leat::python_detail

#endif
