// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_IMPL_DISPATCHER_IPP
#define LEAT_PYTHON_CALL_IMPL_DISPATCHER_IPP

#include <leat/posix/helper_thread.hpp>
#include <leat/posix/write_all.hpp>
#include <leat/python/call/dispatcher.hpp>
#include <leat/python/call/impl/call_session.ipp>
#include <leat/python/environment/pool.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/eventfd.h>

namespace leat::python_detail {

inline constexpr std::chrono::milliseconds time_to_stop{500};  // for workers that are in the middle of a call when all ends

LEAT_DECL call_dispatcher& call_dispatcher::of(pool& workers) {
  return static_cast<call_dispatcher&>(
      workers.idle_owner([](pool& p) -> std::unique_ptr<idle_workers> { return std::make_unique<call_dispatcher>(p); }));
}

LEAT_DECL call_dispatcher::call_dispatcher(pool& workers)
    : workers_(workers),
      most_(std::max<std::size_t>(1, workers.options().workers)),
      // An open session keeps its worker from the pool, whose idle_timeout it would escape: so it is given back in time for
      // that.
      kept_(std::min<clock::duration>(workers.options().idle_timeout, std::chrono::seconds(1))),
      alarm_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!alarm_) throw start_failed("cannot wait for calls: " + core::reason_of(errno, true));
}

LEAT_DECL call_dispatcher::~call_dispatcher() {
  if (!workers_.mine()) {
    std::construct_at(&pump_);  // forgets the thread, which is none of this process
    return;
  }
  {
    const lock held(mutex_);
    ending_ = true;
  }
  wake_pump();
  if (pump_.joinable()) pump_.join();
  const auto why = std::make_exception_ptr(cancelled("the Python environment ended before this call was answered"));
  std::vector<request*> unsent(waiting_.begin(), waiting_.end());
  waiting_.clear();
  for (auto& r : sessions_) {
    if (r.busy())
      r.stop();
    else
      r.close();
    r.fail(why);
    unsent.insert(unsent.end(), r.again.begin(), r.again.end());
  }
  const auto until = clock::now() + time_to_stop;
  for (auto& r : sessions_) {
    r.drain(until);
    finish(r.ended);
  }
  for (request* const o : unsent) o->error = copy_of(why);
  finish(unsent);
}

LEAT_DECL bool call_dispatcher::give_back() noexcept {
  const lock held(mutex_);
  if (free_.empty()) return false;
  call_session* const coldest = free_.front();
  free_.erase(free_.begin());
  coldest->close();
  drop(*coldest, held);
  return true;
}

// ---- requests

LEAT_DECL void call_dispatcher::check() const {
  workers_.check();
  workers_.waits_for_answer();
}

LEAT_DECL void call_dispatcher::call(request& o) {
  check();
  o.owner = thread_waker::mine();
  call_session* r = nullptr;
  {
    const lock held(mutex_);
    if (o.deadline != clock::time_point::max() || o.of->delay.count() > 0 || kept_.count() > 0) start_pump(held);
    r = accept(o, held);
  }
  if (r != nullptr) hand_on(*r);
  auto until = o.deadline;
  while (!o.done.load(std::memory_order_acquire)) {
    if (call_session* const given = o.drives.exchange(nullptr, std::memory_order_acquire)) {
      drive(*given, o);
      hand_on(*given);
      continue;
    }
    o.owner->wait(until);
    if (until > clock::now()) continue;
    const lock held(mutex_);
    if (withdraw(o, held)) {
      --o.of->open_calls;
      return;
    }
    until = clock::time_point::max();  // it is under way: who drives it sees to its deadline
  }
}

LEAT_DECL void call_dispatcher::post(std::unique_ptr<request> o) {
  check();
  go_on(std::move(o));
}

LEAT_DECL void call_dispatcher::go_on(std::unique_ptr<request> o) {
  call_session* r = nullptr;
  {
    const lock held(mutex_);
    start_pump(held);
    r = accept(*o.release(), held);
  }
  if (r != nullptr) hand_on(*r);
}

/// Queues a request; the session that can serve it now, if there is one.
LEAT_DECL call_session* call_dispatcher::accept(request& o, const lock& held) {
  waiting_.push_back(&o);
  request_queue& of = *o.of;
  ++of.waiting;
  if (o.owner)
    of.callers = std::max(of.callers, ++of.open_calls);
  else
    ++of.posted;
  if (of.delay.count() > 0) o.since = clock::now();
  const bool gathers = of.holds(o, o.since, most_);  // for others to go with it: the last one that comes finds the session
  if (!gathers)
    if (call_session* const r = free_session(of, held)) return r;
  auto at = o.owner ? clock::time_point::max() : o.deadline;
  if (gathers) at = std::min(at, o.since + of.delay);
  if (at < look_) {
    look_ = at;
    wake_pump();
  }
  return nullptr;
}

LEAT_DECL bool call_dispatcher::withdraw(request& o, const lock&) {
  const auto found = std::find(waiting_.begin(), waiting_.end(), &o);
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  --o.of->waiting;
  if (!o.owner) --o.of->posted;
  o.error = std::make_exception_ptr(worker_timeout("no worker was free within " + text_of(o.allowed) + ": calls may use " +
                                                       std::to_string(most_) + " (python_options.workers)",
                                                   {}, {o.of->what->name(), {}, {}, {}}));
  return true;
}

/// What the session should send next: as many requests of one function as a batch of it should have. They are taken from the
/// first one that is ready on, whoever's it is, so that no function starves; those of other functions in between keep their
/// places.
LEAT_DECL request_queue::requests call_dispatcher::choose(call_session& r, const lock&) {
  for (; !r.again.empty(); r.again.pop_back()) {
    request& o = *r.again.back();
    waiting_.push_front(&o);
    ++o.of->waiting;
    if (!o.owner) ++o.of->posted;
  }
  request_queue::requests chosen;
  if (waiting_.empty() || ending_ || !r.has_room()) return chosen;
  const auto now = clock::now();
  const auto ready = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const request* o) { return !o->of->foresees || !o->of->holds(*o, now, most_); });
  if (ready == waiting_.end()) return chosen;
  request_queue& of = *(*ready)->of;
  if (r.busy() && r.of() != &of) return chosen;  // another function's turn, when the session is free
  const std::size_t wanted = (*ready)->alone ? 1 : of.limit(of.waiting);
  auto at = ready;
  for (; at != waiting_.end() && chosen.size() < wanted; ++at)
    if ((*at)->of.get() == &of && (chosen.empty() || !(*at)->alone)) chosen.push_back(std::exchange(*at, nullptr));
  waiting_.erase(std::remove(waiting_.begin(), at, nullptr), at);
  of.waiting -= chosen.size();
  for (const request* o : chosen)
    if (!o->owner) --of.posted;
  if (of.foresees) of.sent(chosen.size(), now);
  return chosen;
}

LEAT_DECL void call_dispatcher::finish(std::vector<request*>& ended) {
  for (request* const o : std::exchange(ended, {})) {
    if (const auto owner = o->owner) {
      --o->of->open_calls;
      o->done.store(true, std::memory_order_release);
      owner->wake();
    } else {
      o->complete();
    }
  }
}

// ---- sessions

/// One that is open for this function, else a new one, else the one that has been idle longest; no longer among the free ones.
LEAT_DECL call_session* call_dispatcher::free_session(const request_queue& of, const lock&) {
  auto found = std::find_if(free_.rbegin(), free_.rend(), [&](const call_session* r) { return r->of() == &of; });
  if (found == free_.rend()) {
    if (sessions_.size() < most_)
      return &sessions_.emplace_back(
          std::shared_ptr<pool>(std::shared_ptr<void>(), &workers_));  // the pool outlives its dispatcher
    if (free_.empty()) return nullptr;
    found = std::prev(free_.rend());
  }
  call_session* const r = *found;
  free_.erase(std::prev(found.base()));
  return r;
}

LEAT_DECL void call_dispatcher::drop(call_session& r, const lock&) {
  sessions_.remove_if([&](const call_session& other) { return &other == &r; });
}

/// Keeps its session open for the next call, where nothing forbids that.
LEAT_DECL void call_dispatcher::park(call_session& r, const lock& held) {
  if (workers_.options().profile) r.close();  // what it has measured is written at a session's end
  if (!r.open()) return drop(r, held);
  free_.push_back(&r);
  if (kept_.count() == 0) return;
  r.since = clock::now();
  if (r.since + kept_ >= look_) return;
  look_ = r.since + kept_;
  wake_pump();
}

LEAT_DECL bool call_dispatcher::place(call_session& r) {
  std::vector<request*> ended;
  for (;;) {
    ended.insert(ended.end(), r.ended.begin(), r.ended.end());
    r.ended.clear();
    const auto waited_for = std::partition(ended.begin(), ended.end(), [](const request* o) { return !o->owner; });
    request_queue::requests next;
    bool is_free = false;
    {
      const lock held(mutex_);
      next = choose(r, held);
      if (next.empty() && !r.busy() && waited_for == ended.begin()) {  // others may give new work when they are told
        is_free = true;
        park(r, held);
      }
    }
    const bool sends = !next.empty();
    if (sends) r.send(std::move(next));
    const bool told = !ended.empty() && waited_for != ended.begin();
    finish(ended);  // only now: the worker goes on while they wake up
    if (is_free) return false;
    if (!sends && !told) break;
  }
  request* const o = r.someone();
  if (o == nullptr) return true;
  const auto owner = o->owner;
  o->drives.store(&r, std::memory_order_release);
  owner->wake();
  return false;
}

LEAT_DECL void call_dispatcher::hand_on(call_session& r) {
  if (!place(r)) return;
  {
    const lock held(mutex_);
    left_.push_back(&r);
  }
  wake_pump();
}

LEAT_DECL void call_dispatcher::drive(call_session& r, const request& own) {
  while (r.holds(own)) {
    r.wait();
    r.turn();
    if (r.holds(own)) finish(r.ended);
  }
}

// ---- the pump

LEAT_DECL void call_dispatcher::start_pump(const lock&) {
  if (!pump_.joinable())
    pump_ = helper_thread(
        "serves calls that no thread waits for", signals::held, [](void* d) { static_cast<call_dispatcher*>(d)->pump(); },
        this);
}

LEAT_DECL void call_dispatcher::wake_pump() {
  const std::uint64_t one = 1;
  if (alarm_.intact()) (void)!::write(alarm_.get(), &one, sizeof one);
}

/// Sees to requests whose time has come: those that wait no longer for a worker, and those that wait no longer for company.
LEAT_DECL void call_dispatcher::look() {
  std::vector<request*> late;
  std::vector<call_session*> found;
  {
    const lock held(mutex_);
    const auto now = clock::now();
    if (now < look_) return;
    look_ = clock::time_point::max();
    std::size_t due = 0;
    for (request* const o : std::vector<request*>(waiting_.begin(), waiting_.end())) {
      if (!o->owner && o->deadline <= now) {
        withdraw(*o, held);
        late.push_back(o);
        continue;
      }
      if (!o->owner) look_ = std::min(look_, o->deadline);
      if (o->of->delay.count() == 0) continue;
      if (o->since + o->of->delay <= now)
        ++due;
      else
        look_ = std::min(look_, o->since + o->of->delay);
    }
    while (kept_.count() > 0 && !free_.empty() && free_.front()->since + kept_ <= now) {
      call_session* const idle = free_.front();
      free_.erase(free_.begin());
      idle->close();
      drop(*idle, held);
    }
    if (kept_.count() > 0 && !free_.empty()) look_ = std::min(look_, free_.front()->since + kept_);
    for (call_session* r = nullptr; due > 0 && !waiting_.empty() && (r = free_session(*waiting_.front()->of, held)) != nullptr;
         --due)
      found.push_back(r);
  }
  finish(late);
  for (call_session* const r : found) hand_on(*r);
}

LEAT_DECL void call_dispatcher::pump() {
  std::vector<call_session*> mine;
  std::vector<pollfd> set;
  for (;;) {
    look();
    auto until = clock::time_point::max();
    {
      const lock held(mutex_);
      if (ending_) return;
      mine.insert(mine.end(), left_.begin(), left_.end());
      left_.clear();
      until = look_;
    }
    turn(mine, set, until);
  }
}

LEAT_DECL void call_dispatcher::turn(std::vector<call_session*>& mine, std::vector<pollfd>& set, clock::time_point until) {
  set.assign(1, pollfd{alarm_.get(), POLLIN, 0});
  for (call_session* const r : mine) {
    r->descriptors(set);
    until = std::min(until, r->due());
  }
  // Not for ever: a program that closes descriptors which are not its own takes the alarm away as well.
  const int left = milliseconds_to(until), most = 1000;  // then it finds out
  ::poll(set.data(), set.size(), left < 0 || left > most ? most : left);
  std::uint64_t count = 0;
  if (set[0].revents != 0 && alarm_.intact()) (void)!::read(alarm_.get(), &count, sizeof count);
  for (call_session* const r : mine) r->turn();
  std::erase_if(mine, [&](call_session* r) { return !place(*r); });
}

}  // namespace leat::python_detail

#endif
