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
class desk final : public lender {
 public:
  using clock = order::clock;

  /// The desk of this pool, which owns it.
  LEAT_DECL static desk& of(pool& workers);
  LEAT_DECL explicit desk(pool& workers);
  LEAT_DECL ~desk() override;

  /// Returns when the order is answered or has failed. Throws usage_error in a fork of the process that made the pool.
  LEAT_DECL void call(order& o);
  /// Returns at once. The order, which `complete` deletes, tells its end itself.
  LEAT_DECL void post(std::unique_ptr<order> o);
  /// The same without `check`, for what is under way already.
  LEAT_DECL void go_on(std::unique_ptr<order> o);
  /// Throws what a log callback has thrown, and usage_error in a fork.
  LEAT_DECL void check() const;
  /// Workers that calls may have at once.
  std::size_t runners() const noexcept { return most_; }
  LEAT_DECL bool give_back() noexcept override;

 private:
  using lock = std::unique_lock<std::mutex>;

  // Those that are given the lock are called under it.
  LEAT_DECL runner* accept(order& o, const lock&);
  LEAT_DECL void drive(runner& r, const order& own);
  LEAT_DECL bool place(runner& r);  // finds work and a driver; true: it needs one
  LEAT_DECL void hand_on(runner& r);
  LEAT_DECL void finish(std::vector<order*>& ended);
  LEAT_DECL line::orders choose(runner& r, const lock&);
  LEAT_DECL runner* free_runner(const line& of, const lock&);
  LEAT_DECL void drop(runner& r, const lock&);
  LEAT_DECL void park(runner& r, const lock&);
  LEAT_DECL bool withdraw(order& o, const lock&);
  LEAT_DECL void start_pump(const lock&);
  LEAT_DECL void wake_pump();
  LEAT_DECL void look();
  LEAT_DECL void pump();
  LEAT_DECL void turn(std::vector<runner*>& mine, std::vector<pollfd>& set, clock::time_point until);

  pool& workers_;
  const std::size_t most_;
  const clock::duration kept_;  // for which a session without calls stays open; 0: for good

  std::mutex mutex_;
  std::deque<order*> waiting_{};                       // in the order that they came
  std::list<runner> runners_{};                        // all there are
  std::vector<runner*> free_{};                        // without work; the last one is the warmest
  std::vector<runner*> left_{};                        // for the pump to drive
  clock::time_point look_ = clock::time_point::max();  // when an order that waits needs the pump
  descriptor alarm_{};                                 // an eventfd: tells the pump of changes
  std::thread pump_{};
  bool ending_ = false;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/call/impl/dispatcher.ipp>
#endif

#endif
