// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_SOURCE_SESSION_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_SOURCE_SESSION_IPP

#include <leat/posix/write_all.hpp>
#include <leat/python/exchange/source_session.hpp>
#include <leat/python/session/done.hpp>
#include <leat/python/session/opening.hpp>
#include <leat/python/session/report.hpp>
#include <leat/python/session/updates.hpp>
#include <leat/wire/pickle.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <tuple>

#include <sys/epoll.h>

namespace leat::python_detail {

inline constexpr std::size_t tickets_ahead = 2;      // parts that wait here or are being made
inline constexpr std::uint64_t prompt = 10'000'000;  // nanoseconds that an element may wait for those that follow

LEAT_DECL source_session::source_session(std::shared_ptr<const program> what, std::optional<std::size_t> partition,
                                         core::run_info run)
    : program_(std::move(what)),
      partition_(partition),
      run_(run),
      shared_values_(program_->shared_values()),
      kin_(program_->kin()),
      size_(program_->workers->sizes().recall(kin_)),
      open_(std::make_shared<wire::buffer>(open_body(*program_, run_))),
      recovery_(run_.task, program_->workers->options().attempts,
                "it is not tried again: the source would begin anew, and some of its elements have gone on already") {
  auto wishes = program_->wishes();
  if (wishes.latency == 0) wishes.latency = prompt;
  wishes.careful = true;
  size_.bound(program_->most_elements, wishes);
  open();
}

/// One element: the argument, and how few and how many elements the part may have.
inline session::body_ptr ticket(std::optional<std::size_t> partition, std::size_t least, std::size_t most) {
  auto body = std::make_shared<wire::buffer>();
  pickle::encoder<std::tuple<std::optional<std::size_t>, std::size_t, std::size_t>> encoder;
  encoder.begin(*body);
  encoder.put(*body, {partition, least, most});
  encoder.end(*body, 1);
  return body;
}

LEAT_DECL source_session::~source_session() {
  if (!session_ || !program_->workers->mine()) return;
  session_->stop();
  session_->drain(std::chrono::steady_clock::now() + std::chrono::milliseconds(500));  // it may hold files and connections
}

LEAT_DECL location source_session::place() const {
  location at{program_->name(), {}, {}, {}};
  if (run_.task || partition_) at.partition = run_.task ? run_.partition : *partition_;
  return at;
}

LEAT_DECL void source_session::open() {
  try {
    both_.reset();
    session_ = std::make_unique<session>(program_->workers, open_, shared_values_);
    sent_ = answered_ = 0;
    send_tickets();
  } catch (start_failed& e) {
    e.locate(place());
    throw;
  }
}

LEAT_DECL void source_session::send_tickets() {
  while (!exhausted_ && sent_ - answered_ + parts_.size() < tickets_ahead)
    session_->data(sent_++, 1, ticket(partition_, size_.least(), size_.next()));
}

LEAT_DECL void source_session::frame(session&, const wire::frame_header& header, std::string_view body) {
  if (failure_) return;
  done_body done;
  if (header.kind == wire::frame_kind::data && header.batch == answered_) {
    recovery_.commit();
    parts_.push_back({std::string(body), header.count});
  } else if (header.kind == wire::frame_kind::done && header.batch == answered_ && sent_ > answered_ && read_done(body, done)) {
    if (header.count > 1) throw_more_than_sent(header.count, 1, place());
    if (!done.updates.empty()) count_updates(*program_, done.updates);
    size_.measure(done.results, done.nanoseconds);
    ++answered_;
    exhausted_ = exhausted_ || header.count == 0;
  } else if (header.kind == wire::frame_kind::error) {
    try {
      throw_reported(*program_, body, place());
    } catch (...) {
      failure_ = std::current_exception();
    }
  } else {
    throw protocol_error("a worker sent a frame of kind " + std::to_string(static_cast<int>(header.kind)) + " for batch " +
                             std::to_string(header.batch) + ", which is out of turn in a source",
                         place());
  }
}

LEAT_DECL bool source_session::pump() {
  program_->workers->check();
  if (run_.stopped()) throw cancelled("the job was stopped", place());
  return converse([&] {
    send_tickets();
    return session_->pump(*this, true);
  });
}

/// What `f()` says; true where the conversation failed in it.
template <class F>
bool source_session::converse(F f) {
  bool moved = true;
  try {
    moved = f();
  } catch (error& e) {
    if (session_->broken()) {
      failed(e);
      return true;
    }
    e.locate(place());
    failure_ = std::current_exception();
  }
  if (exhausted_ || failure_) end();
  return moved;
}

/// The worker has died. What it had sent is still good; a source that has not yielded anything begins again.
LEAT_DECL void source_session::failed(error& e) {
  e.locate(place());
  if (recovery_.again(e, deaths_, 0)) return open();
  failure_ = std::current_exception();
  session_.reset();
}

LEAT_DECL void source_session::end() {
  if (failure_) {
    session_->stop();
    session_->drain(std::chrono::steady_clock::now() + std::chrono::milliseconds(500));
  } else {
    session_->end();
    session_->pump(*this, false);
    if (!session_->wants_write()) session_->leave();  // its last frame is for the next session to drop
  }
  session_.reset();
  program_->workers->sizes().keep(kin_, size_);
}

LEAT_DECL void source_session::wait() {
  int ended = -1;
  try {
    ended = session_->pidfd();
  } catch (start_failed& e) {  // it did not start in time
    e.locate(place());
    throw;
  }
  pollfd set[] = {{session_->socket(), static_cast<short>(session_->wants_write() ? POLLIN | POLLOUT : POLLIN), 0},
                  {ended, POLLIN, 0}};
  ::poll(set, 2, ended < 0 || run_.stop != nullptr ? 50 : -1);
  if (set[1].revents == 0) return;
  converse([&] {
    session_->hear_out(*this, [&] { return !exhausted_ && !failure_; });
    return true;
  });
}

LEAT_DECL int source_session::waits_for() {
  for (;;) {
    while (!ready() && pump()) {
    }
    if (ready()) return -1;
    const int ended = session_->pidfd();
    pollfd now{ended, POLLIN, 0};
    if (ended < 0 || (::poll(&now, 1, 0) > 0 && now.revents != 0)) {
      wait();  // it is just starting, which has its own time limit, or has ended
      continue;
    }
    if (!both_) {
      both_ = descriptor(::epoll_create1(EPOLL_CLOEXEC));
      for (const int fd : {session_->socket(), ended}) {
        epoll_event event{};
        event.events = EPOLLIN;
        if (!both_ || ::epoll_ctl(both_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
          throw start_failed("cannot watch a worker: " + core::reason_of(errno), place());
      }
    }
    return both_.get();
  }
}

LEAT_DECL bool source_session::next(std::string_view& body, std::size_t& count) {
  while (!ready())
    if (!pump()) wait();
  if (parts_.empty()) {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    return false;
  }
  current_ = std::move(parts_.front().body);
  count = parts_.front().count;
  parts_.pop_front();
  body = current_;
  if (session_) pump();  // asks for the next part while this one is being used
  return true;
}

}  // namespace leat::python_detail

#endif
