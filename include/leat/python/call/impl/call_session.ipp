// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_IMPL_CALL_SESSION_IPP
#define LEAT_PYTHON_CALL_IMPL_CALL_SESSION_IPP

#include <leat/python/call/call_session.hpp>
#include <leat/python/session/done.hpp>
#include <leat/python/session/report.hpp>
#include <leat/python/session/updates.hpp>

#include <string>
#include <typeinfo>

namespace leat::python_detail {

inline constexpr std::uint64_t worn_session = 1000;  // batches after which the pool may look whether to recycle the worker

/// A copy of the exception: threads that catch one and the same would write to it together.
template <class... E>
std::exception_ptr copy_as(const std::exception_ptr& original) {
  std::exception_ptr copy = original;
  const auto attempt = [&]<class T>(const T*) {
    try {
      std::rethrow_exception(original);
    } catch (const T& e) {
      if (typeid(e) == typeid(T)) copy = std::make_exception_ptr(e);
    } catch (...) {
    }
  };
  (attempt(static_cast<const E*>(nullptr)), ...);
  return copy;
}

inline std::exception_ptr copy_of(const std::exception_ptr& original) {
  return copy_as<worker_killed, worker_exited, worker_out_of_memory, worker_timeout, worker_died, usage_error, start_failed,
                 protocol_error, cancelled>(original);
}

inline std::string text_of(std::chrono::nanoseconds span) {
  using namespace std::chrono;
  if (span % milliseconds(1) == nanoseconds(0)) return std::to_string(span / milliseconds(1)) + " ms";
  return std::to_string(span / microseconds(1)) + " us";
}

// ---- out

LEAT_DECL void call_session::begin(const std::shared_ptr<request_queue>& what) {
  const auto shared_values = what->what->shared_values();  // throws where a broadcast was destroyed since the last call
  if (busy()) return;  // also where its worker has died since: `turn` finds out, and what is under way goes to another
  const bool due_for_recycling =
      next_ >= worn_session && (pool_->options().recycle_sessions != 0 || pool_->options().recycle_memory != 0);
  if (session_ && (of_ != what || over_ || due_for_recycling || !session_->usable())) close();
  if (session_) return;
  of_ = what;
  session_ = std::make_unique<session>(pool_, what->open, shared_values, false);
  next_ = 0;
  loaded_ = over_ = false;
  sign_ = clock::now();
}

LEAT_DECL void call_session::send(request_queue::requests all) {
  const auto what = all.front()->of;
  batch b{};
  try {
    begin(what);
    auto body = spare_.use_count() == 1 ? spare_ : std::make_shared<wire::buffer>();
    body->clear();
    const std::size_t looked = what->encode(all, *body);
    again.insert(again.end(), all.begin() + static_cast<std::ptrdiff_t>(looked), all.end());
    all.resize(looked);
    for (request* const o : all) {
      if (o->error) {
        ended.push_back(o);
      } else {
        b.requests.push_back(o);
        b.records += o->records;
      }
    }
    all.clear();
    if (b.requests.empty()) return;
    b.number = next_++;
    session_->data(b.number, b.records, std::move(body));
    flight_.push_back(std::move(b));
    session_->pump(*this, false);
  } catch (error& e) {
    e.locate(place());
    all.insert(all.end(), b.requests.begin(), b.requests.end());
    for (request* const o : all) o->error = copy_of(std::current_exception());
  } catch (...) {
    all.insert(all.end(), b.requests.begin(), b.requests.end());
    for (request* const o : all) o->error = std::current_exception();
  }
  ended.insert(ended.end(), all.begin(), all.end());
  look_due();
}

// ---- waiting

/// As poll(2) takes it: -1 for no end.
inline int milliseconds_to(call_session::clock::time_point until) {
  using namespace std::chrono;
  if (until == call_session::clock::time_point::max()) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(ceil<milliseconds>(until - call_session::clock::now()).count(), 0, 60'000));
}

LEAT_DECL void call_session::descriptors(std::vector<pollfd>& into) {
  if (!session_) return;
  into.push_back({session_->socket(), static_cast<short>(session_->wants_write() ? POLLIN | POLLOUT : POLLIN), 0});
  try {
    if (const int end = session_->pidfd(); end >= 0)
      into.push_back({end, POLLIN, 0});
    else
      look_again_ = clock::now() + std::chrono::milliseconds(50);  // it is starting
  } catch (...) {                                                  // it did not start in time
    trouble_ = std::current_exception();
    look_again_ = clock::now();
  }
}

LEAT_DECL call_session::clock::time_point call_session::due() const noexcept { return std::min(due_, look_again_); }

LEAT_DECL void call_session::wait() {
  set_.clear();
  descriptors(set_);
  ::poll(set_.data(), set_.size(), milliseconds_to(due()));
}

// ---- in

LEAT_DECL void call_session::turn() {
  look_again_ = clock::time_point::max();
  if (!session_) return;
  try {
    if (trouble_) std::rethrow_exception(std::exchange(trouble_, nullptr));
    if (!session_->pump(*this, true) && session_->ended()) session_->hear_out(*this, [] { return true; });
  } catch (...) {
    lost(std::current_exception());
  }
  if (session_ && session_->closed()) {
    if (busy()) session_->distrust();
    close();
    if (busy())
      fail(std::make_exception_ptr(protocol_error("a worker closed a session whose calls it had not answered", place())));
  }
  if (due_ <= clock::now()) expire();
}

LEAT_DECL void call_session::frame(session&, const wire::frame_header& header, std::string_view body) {
  if (over_) return;
  if (header.kind == wire::frame_kind::error) return report(header, body);
  if (header.kind == wire::frame_kind::closed) return;
  if (header.kind == wire::frame_kind::done && header.batch == wire::none) {
    loaded_ = true;
    sign_ = clock::now();
    look_due();
    return;
  }
  if (flight_.empty() || header.batch != flight_.front().number)
    throw protocol_error("a worker answered batch " + std::to_string(header.batch) + ", which is not its turn", place());
  batch& b = flight_.front();
  if (header.kind == wire::frame_kind::data) {
    if (header.count > b.records - b.answered)
      throw protocol_error("a worker sent more results than it was sent records", place());
    of_->results(b.requests, b.answered, body, header.count);
    b.answered += header.count;
    return;
  }
  done_body done;
  if (header.kind != wire::frame_kind::done || !read_done(body, done) || b.answered != b.records)
    throw protocol_error(
        "a worker finished a batch of " + std::to_string(b.records) + " calls with " + std::to_string(b.answered) + " answers",
        place());
  if (header.count > b.records) throw_more_than_sent(header.count, b.records, place());
  of_->measure(b.records, done.nanoseconds);
  if (!done.updates.empty()) count_updates(*of_->what, done.updates);
  for (request* const o : b.requests)
    if (o != nullptr) ended.push_back(o);
  flight_.pop_front();
  look_due();
}

LEAT_DECL location call_session::place(std::optional<std::size_t> record) const {
  return {of_ ? of_->what->name() : std::string(), {}, {}, record};
}

/// With its records, where the user gave many.
LEAT_DECL location call_session::place(const request& one) const {
  location at = place(one.place(0));
  if (one.records > 1) at.last_record = one.place(one.records - 1);
  return at;
}

LEAT_DECL std::exception_ptr call_session::reported(std::string_view body, std::optional<std::size_t> record) const {
  try {
    throw_reported(*of_->what, body, place(record));
  } catch (...) {
    return std::current_exception();
  }
}

LEAT_DECL void call_session::report(const wire::frame_header& header, std::string_view body) {
  const bool isolated = of_->what->isolate && header.count != wire::none;
  if (isolated) {
    if (flight_.empty() || header.batch != flight_.front().number || header.count != flight_.front().answered ||
        flight_.front().answered == flight_.front().records)
      throw protocol_error("a worker reported an error out of turn", place());
    request* const o = flight_.front().requests[flight_.front().answered++];
    if (o != nullptr) o->error = reported(body, o->place(0));
    return;
  }
  over_ = true;  // and says `closed` next
  const bool known = !flight_.empty() && header.batch == flight_.front().number && header.count != wire::none;
  for (std::size_t i = 0; i < flight_.size(); ++i)
    for (request* const o : flight_[i].requests) {
      if (o == nullptr) continue;
      if (known && i > 0) {  // not begun
        again.push_back(o);
        continue;
      }
      o->error = reported(body, known ? o->place(static_cast<std::size_t>(header.count)) : std::nullopt);
      ended.push_back(o);
    }
  flight_.clear();
  look_due();
}

// ---- failures

LEAT_DECL void call_session::fail(const std::exception_ptr& why) {
  for (auto const& b : flight_)
    for (request* const o : b.requests) {
      if (o == nullptr) continue;
      if (!o->error) o->error = copy_of(why);
      ended.push_back(o);
    }
  flight_.clear();
  look_due();
}

LEAT_DECL void call_session::lost(const std::exception_ptr& why) {
  const unsigned attempts = std::max(1u, pool_->options().attempts);
  bool retry = false;
  try {
    std::rethrow_exception(why);
  } catch (error& e) {
    e.locate(place());
    retry = e.retryable();
  } catch (...) {
  }
  session_.reset();
  if (!retry) return fail(why);
  bool begun = true;  // only the first batch
  for (auto const& b : std::exchange(flight_, {})) {
    for (std::size_t i = 0; i < b.requests.size(); ++i) {
      request* const o = b.requests[i];
      if (o == nullptr) continue;
      const bool answered = of_->what->isolate && i < b.answered;
      if (!answered && begun && ++o->deaths >= attempts) {
        o->error = copy_of(why);
        try {
          std::rethrow_exception(o->error);
        } catch (error& e) {
          e.locate(place(*o));
          e.note(gave_up_after(attempts, o->records == 1 ? 0 : o->records));
        }
      }
      if (answered || o->error) {
        ended.push_back(o);
        continue;
      }
      o->restart();
      o->alone = o->alone || begun;  // so that one that kills workers takes no other along again
      again.push_back(o);
    }
    begun = false;
  }
  look_due();
}

LEAT_DECL void call_session::expire() {
  const auto now = clock::now();
  bool late = false;
  for (auto& b : flight_)
    for (std::size_t i = 0; i < b.requests.size(); ++i) {
      request*& o = b.requests[i];
      if (o == nullptr || o->deadline > now || (of_->what->isolate && i < b.answered)) continue;
      late = true;
      worker_timeout e = loaded_ ? session_->overdue(text_of(o->allowed))
                                 : worker_timeout("no answer within " + text_of(o->allowed) +
                                                      ": its worker is still loading the function, and goes on with that",
                                                  {});
      e.locate(place(*o));
      o->error = std::make_exception_ptr(e);
      ended.push_back(o);
      o = nullptr;
    }
  const bool stuck = busy() && !wanted() && now - sign_ > pool_->options().start_timeout;
  if ((late && loaded_) || stuck)
    lost(std::make_exception_ptr(
        worker_died("its worker was killed because another call of its batch was not answered in time", {}, place())));
  look_due();
}

LEAT_DECL bool call_session::wanted() const {
  return std::any_of(flight_.begin(), flight_.end(), [](const batch& b) {
    return std::any_of(b.requests.begin(), b.requests.end(), [](const request* o) { return o != nullptr; });
  });
}

LEAT_DECL bool call_session::holds(const request& one) const {
  return std::any_of(flight_.begin(), flight_.end(),
                     [&](const batch& b) { return std::find(b.requests.begin(), b.requests.end(), &one) != b.requests.end(); });
}

LEAT_DECL void call_session::look_due() {
  due_ = clock::time_point::max();
  for (auto const& b : flight_)
    for (const request* const o : b.requests)
      if (o != nullptr) due_ = std::min(due_, o->deadline);
  if (busy() && !wanted()) due_ = sign_ + pool_->options().start_timeout;  // what nobody waits for must end, too
}

LEAT_DECL request* call_session::someone() const {
  for (auto const& b : flight_)
    for (request* const o : b.requests)
      if (o != nullptr && o->owner) return o;
  return nullptr;
}

// ---- the end

LEAT_DECL void call_session::close() noexcept {
  if (session_ && !busy() && !session_->broken() && !session_->closed()) {
    if (!over_) session_->end();
    try {
      session_->pump(*this, false);
      if (!session_->wants_write()) session_->leave();  // its last frame is for the next session to drop
    } catch (...) {
    }
  }
  session_.reset();
}

LEAT_DECL void call_session::stop() noexcept {
  if (session_) session_->stop();
}

LEAT_DECL void call_session::drain(clock::time_point until) noexcept {
  if (session_) session_->drain(until);
  session_.reset();
}

}  // namespace leat::python_detail

#endif
