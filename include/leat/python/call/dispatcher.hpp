// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_DISPATCHER_HPP
#define LEAT_PYTHON_CALL_DISPATCHER_HPP

#include <leat/core/config.hpp>
#include <leat/python/call/call_session.hpp>

#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace leat::python_detail {

/// Where calls wait for one of the workers that a pool lets calls have. A thread that calls drives a worker's session itself,
/// with the calls that wait beside its own, and hands it on to another caller when its own is answered. Only what no thread
/// waits for (`async`, `batch`, a delay) makes a thread, which drives what is left to it.
class call_dispatcher final : public idle_workers {
 public:
  using clock = request::clock;

  /// The dispatcher of this pool, which owns it.
  LEAT_DECL static call_dispatcher& of(pool& workers);
  LEAT_DECL explicit call_dispatcher(pool& workers);
  LEAT_DECL ~call_dispatcher() override;

  /// Returns when the request is answered or has failed. Throws usage_error in a fork of the process that made the pool.
  LEAT_DECL void call(request& o);
  /// Returns at once. The request, which `complete` deletes, tells its end itself.
  LEAT_DECL void post(std::unique_ptr<request> o);
  /// The same without `check`, for what is under way already.
  LEAT_DECL void go_on(std::unique_ptr<request> o);
  /// Throws what a log callback has thrown, and usage_error in a fork.
  LEAT_DECL void check() const;
  /// Workers that calls may have at once.
  std::size_t sessions() const noexcept { return most_; }
  LEAT_DECL bool give_back() noexcept override;

 private:
  using lock = std::unique_lock<std::mutex>;

  // Those that are given the lock are called under it.
  LEAT_DECL call_session* accept(request& o, const lock&);
  LEAT_DECL void drive(call_session& r, const request& own);
  LEAT_DECL bool place(call_session& r);  // finds work and a driver; true: it needs one
  LEAT_DECL void hand_on(call_session& r);
  LEAT_DECL void finish(std::vector<request*>& ended);
  LEAT_DECL request_queue::requests choose(call_session& r, const lock&);
  LEAT_DECL call_session* free_session(const request_queue& of, const lock&);
  LEAT_DECL void drop(call_session& r, const lock&);
  LEAT_DECL void park(call_session& r, const lock&);
  LEAT_DECL bool withdraw(request& o, const lock&);
  LEAT_DECL void start_pump(const lock&);
  LEAT_DECL void wake_pump();
  LEAT_DECL void look();
  LEAT_DECL void pump();
  LEAT_DECL void turn(std::vector<call_session*>& mine, std::vector<pollfd>& set, clock::time_point until);

  pool& workers_;
  const std::size_t most_;
  const clock::duration kept_;  // for which a session without calls stays open; 0: for good

  std::mutex mutex_;
  std::deque<request*> waiting_{};                     // in the order that they came
  std::list<call_session> sessions_{};                 // all there are
  std::vector<call_session*> free_{};                  // without work; the last one is the warmest
  std::vector<call_session*> left_{};                  // for the pump to drive
  clock::time_point look_ = clock::time_point::max();  // when a request that waits needs the pump
  descriptor alarm_{};                                 // an eventfd: tells the pump of changes
  std::thread pump_{};
  bool ending_ = false;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/call/impl/dispatcher.ipp>
#endif

#endif
