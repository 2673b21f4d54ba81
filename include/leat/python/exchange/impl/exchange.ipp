// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_EXCHANGE_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_EXCHANGE_IPP

#include <leat/posix/cpus.hpp>
#include <leat/python/exchange/exchange.hpp>
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
      most_lanes(run.task || program_->whole_stream() ? 1 : std::max<std::size_t>(1, program_->workers->options().workers)),
      whole_stream_(program_->whole_stream()),
      kin_(program_->kin()),
      size_(program_->workers->sizes().recall(kin_)),
      elements_(elements) {
  size_.bound(program_->most_elements, program_->wishes());
  look_ahead();
}

LEAT_DECL exchange::~exchange() { cancel(); }

LEAT_DECL location exchange::place() const {
  location at{program_->name(), {}, {}, {}};
  if (run_.task) at.partition = run_.partition;
  return at;
}

// ---- batches out

LEAT_DECL bool exchange::due(std::size_t count, std::size_t bytes) {
  using namespace std::chrono_literals;
  const auto full = [&] { return count >= limit_ || (bytes >= program_->most_bytes && count >= size_.least()); };
  if (full()) {
    await_room();
    if (full()) return true;  // what has come meanwhile may ask for larger ones
  }
  const auto now = clock::now();
  const auto since = now - looked_;
  looked_ = now;
  // The clock costs as much as an element of a plain type, so it is looked at about each 25 to 100 us, whatever elements cost;
  // a quarter at once, since a source that has become slow would else be heard of late.
  if (since > 100us)
    stride_ = std::max<std::size_t>(1, stride_ / 4);
  else if (since < 25us)
    stride_ = std::min(program_->most_elements / 16, stride_ * 2);
  if (!idle() && now - passed_ > 200us) pass();  // results come in meanwhile, or the workers' sockets fill
  // A worker waits: send what there is, unless a larger batch will be there in a moment.
  return stopped_ || (count >= size_.least() && idle() && (count >= enough_ || now - submitted_ > company_));
}

/// One more worker would take the CPU from this thread, which is busy itself where batches of arrays are quickly computed.
LEAT_DECL bool exchange::crowded() const {
  if (!quick_) return false;
  static const std::size_t cpus = usable_cpus();
  const auto busy =
      std::count_if(lanes_.begin(), lanes_.end(), [](auto const& s) { return !s->failed && !s->assigned.empty(); });
  return static_cast<std::size_t>(busy) + 1 >= std::max<std::size_t>(2, cpus);
}

LEAT_DECL bool exchange::idle() const {
  return !crowded() && (lanes_.size() < most_lanes ||
                        std::any_of(lanes_.begin(), lanes_.end(), [](auto const& s) { return s->assigned.empty(); }));
}

LEAT_DECL bool exchange::has_room(const lane& s) const {
  return s.assigned.size() < ahead_ ||
         (ahead_ > 1 && s.bytes / s.assigned.size() > program_->most_bytes / 8 && s.bytes < window_bytes);
}

LEAT_DECL exchange::lane* exchange::free_lane(const batch* again) {
  if (again == nullptr && program_->ordered && window_.size() >= window_batches * most_lanes) return nullptr;
  lane* best = nullptr;
  const bool full = crowded();
  for (auto const& s : lanes_)
    if (!s->failed && has_room(*s) &&
        (again == nullptr || s->assigned.empty() || s->assigned.back()->first_record < again->first_record) &&
        !(full && s->assigned.empty()) && (best == nullptr || s->assigned.size() < best->assigned.size()))
      best = s.get();
  if (!full && (best == nullptr || !best->assigned.empty()) && lanes_.size() < most_lanes) best = &add_lane();
  return best;
}

LEAT_DECL exchange::lane& exchange::add_lane() {
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

LEAT_DECL exchange::lane* exchange::await_room() {
  lane* to = nullptr;
  while (!stopped_ && (!returned_.empty() || (to = free_lane()) == nullptr))
    if (!pass()) wait();
  return to;
}

LEAT_DECL bool exchange::submit(wire::buffer& content, std::size_t count) {
  lane* const to = await_room();
  if (stopped_) return false;

  const auto body = take_content(content);
  batch& b = window_.emplace_back();
  b.number = next_number_++;
  b.body = body;
  b.count = b.whole = count;
  b.first_record = records_;
  records_ += count;
  send(*to, std::prev(window_.end()));
  size_.sent(count);
  look_ahead();
  pass();
  submitted_ = passed_;
  return !stopped_;
}

LEAT_DECL void exchange::send(lane& to, std::list<batch>::iterator what) {
  what->owner = &to;
  to.bytes += what->body->size();
  to.assigned.push_back(what);
  if (to.assigned.size() == 1) next_one(to);
  transmit(to, *what);
}

LEAT_DECL void exchange::transmit(lane& to, const batch& b) {
  if (b.count == b.whole)
    to.conversation->data(b.number, b.count, b.body);
  else
    to.conversation->part(b.number, b.begin, b.count, b.body);
}

LEAT_DECL void exchange::next_one(lane& s) {
  s.begun = clock::now();
  s.recalled = {};
  s.asked = 0;
}

/// Takes the content; leaves other memory to write to, shared with the workers where the next batch may be large.
LEAT_DECL std::shared_ptr<wire::buffer> exchange::take_content(wire::buffer& content) {
  if (program_->shares_elements && content.size() >= shared_buffer_threshold)
    if (auto s = program_->workers->buffers().take()) {
      char* const data = s->data();
      return std::make_shared<wire::buffer>(std::exchange(content, wire::buffer(std::move(s), data, shared_buffer_size)));
    }
  std::shared_ptr<wire::buffer> body;
  if (spare_.empty()) {
    body = std::make_shared<wire::buffer>();
  } else {
    body = std::move(spare_.back());
    spare_.pop_back();
  }
  std::swap(*body, content);
  content.clear();
  return body;
}

// ---- results in

LEAT_DECL void exchange::frame(session& from, const wire::frame_header& header, std::string_view body) {
  const auto found = std::find_if(lanes_.begin(), lanes_.end(), [&](auto const& s) { return s->conversation.get() == &from; });
  lane& s = **found;
  if (stopped_) return;
  if (header.kind == wire::frame_kind::error) return report(s, header, body);

  if (header.kind == wire::frame_kind::closed) return count_updates(*program_, body);

  // What map_partitions yields after its last batch, or without any, belongs to the end of the stream.
  const bool known = under_way(s, header.batch), tail = program_->partitions() && !known;
  if (!tail && !known)
    throw protocol_error("a worker answered batch " + std::to_string(header.batch) + ", which it was not sent", place());
  if (header.kind == wire::frame_kind::data) {
    if (tail) {
      deliver_tail(body, header.count);
    } else if (!program_->ordered || s.assigned.front() == window_.begin()) {
      deliver(*s.assigned.front(), body, header.count);
    } else {
      part& p = s.assigned.front()->parts.emplace_back();
      p.count = header.count;
      p.loan = from.keep();
      if (p.loan)
        p.loaned = body;
      else
        p.copy = body;
      s.waiting += body.size();
    }
  } else if (header.kind == wire::frame_kind::done) {
    done_body done;
    if (!known || !read_done(body, done))
      throw protocol_error("a worker finished batch " + std::to_string(header.batch) + " out of turn", place());
    const auto ended = s.assigned.front();
    batch& b = *ended;
    std::size_t came = b.seen;
    for (auto const& p : b.parts) came += p.count;
    if (done.results != came && !program_->partitions()) {
      location where = place();
      where.batch = b.number;
      throw_wrong_count(done.results, came, std::move(where));
    }
    size_.measure(std::min<std::size_t>(b.count, header.count), done.nanoseconds);
    quick_ = program_->most_bytes > batch_bytes && done.nanoseconds < 300'000 && b.body->size() >= program_->most_bytes / 2;
    if (!done.updates.empty()) count_updates(*program_, done.updates);
    s.assigned.pop_front();
    s.bytes -= b.body->size();
    next_one(s);
    begun_ = true;
    s.hears = s.hears || b.whole > 1;
    if (header.count == 0 && b.count > 0 && !whole_stream_ && (b.seen != 0 || !b.parts.empty()))
      throw protocol_error("a worker handed back a batch of which it had sent results", place());
    if (header.count < b.count && !whole_stream_) hand_back(ended, header.count);
    if (b.owner != nullptr) {
      recycle(std::exchange(b.body, nullptr));
      b.done = true;
    }
    look_ahead();
    advance();
  } else {
    throw protocol_error(
        "a worker sent a frame of kind " + std::to_string(static_cast<int>(header.kind)) + ", which only goes to it", place());
  }
}

LEAT_DECL void exchange::report(lane& s, const wire::frame_header& header, std::string_view body) {
  s.failed = true;
  location where = place();
  const bool known = under_way(s, header.batch);
  if (known) {
    where.batch = header.batch;
    if (header.count != wire::none) where.record = s.assigned.front()->first_record + header.count;
  }
  if (!known || !program_->ordered) throw_reported(*program_, body, std::move(where));
  try {
    throw_reported(*program_, body, std::move(where));
  } catch (...) {
    s.assigned.front()->failure = std::current_exception();
  }
  advance();
}

LEAT_DECL void exchange::deliver(batch& b, std::string_view body, std::size_t count) {
  const std::size_t skip = std::min(count, b.skip);
  b.skip -= skip;
  try {
    if (!to_.results(body, count, skip)) stopped_ = true;
  } catch (conversion_error& e) {
    if (e.where().stage.empty()) {
      location where = place();
      where.batch = b.number;
      const std::size_t index = b.seen + e.where().record.value_or(0);
      e.rebase(program_->one_to_one() ? std::optional<std::size_t>(b.first_record + index) : std::nullopt);
      e.locate(where);
      if (!program_->one_to_one()) e.note("it is result " + std::to_string(index) + " of the batch");
    }
    throw;
  }
  b.seen += count;
  begun_ = begun_ || whole_stream_;
  b.delivered += count - skip;
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
  begun_ = true;
}

LEAT_DECL void exchange::recycle(session::body_ptr body) {
  if (spare_.size() >= 8 || body->owner() || body.use_count() > 1) return;
  auto buffer = std::const_pointer_cast<wire::buffer>(std::move(body));
  buffer->clear();
  spare_.push_back(std::move(buffer));
}

LEAT_DECL void exchange::advance() {
  while (!window_.empty() && !stopped_) {
    batch& b = window_.front();
    while (!b.parts.empty()) {
      part p = std::move(b.parts.front());
      b.parts.pop_front();
      b.owner->waiting -= std::min(b.owner->waiting, p.body().size());
      deliver(b, p.body(), p.count);
      if (stopped_) return;
    }
    if (b.failure) std::rethrow_exception(b.failure);
    if (!b.done) return;
    window_.pop_front();
  }
}

// ---- the pump

LEAT_DECL bool exchange::may_read(const lane& s) const {
  return s.waiting < std::max(result_bytes, 4 * program_->most_bytes) || !returned_.empty() ||
         (!s.assigned.empty() && s.assigned.front()->number == window_.front().number);
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
    try {
      if (const int ended = s->conversation->pidfd(); ended >= 0) {
        set.push_back({ended, POLLIN, 0});
        ++known;
      }
    } catch (start_failed& e) {  // a worker did not start in time
      e.locate(place());
      throw;
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
    const int ended = s->conversation->closed() ? -1 : s->conversation->pidfd();
    for (auto const& p : set)
      if (ended >= 0 && p.fd == ended && p.revents != 0) {
        recovering(*s, [&] {
          while (s->conversation->pump(*this, true)) {
          }
          if (!stopped_ && !s->conversation->closed())
            s->conversation->died();  // a child that it left behind keeps the socket open
          return true;
        });
        break;
      }
  }
}

}  // namespace leat::python_detail

#endif
