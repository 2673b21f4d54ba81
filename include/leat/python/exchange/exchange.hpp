// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_EXCHANGE_HPP
#define LEAT_PYTHON_EXCHANGE_EXCHANGE_HPP

#include <leat/core/config.hpp>
#include <leat/core/start_info.hpp>
#include <leat/python/exchange/receiver.hpp>
#include <leat/python/function/batch_size.hpp>
#include <leat/python/session/program.hpp>
#include <leat/python/session/session.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <poll.h>

namespace leat::python_detail {

inline constexpr std::size_t window_bytes = 512 * 1024;      // in flight to a worker, where two batches are less
inline constexpr std::chrono::milliseconds grace{50};        // for a cancelled session to close; then its worker is killed
inline constexpr std::chrono::milliseconds long_grace{500};  // where the worker may hold a model that took long to load
inline constexpr std::size_t result_bytes = 1024 * 1024;     // of a session's results that wait for an earlier batch
inline constexpr std::size_t window_batches = 1024;          // of a session that wait for an earlier one, however small
inline constexpr unsigned most_asked = 4;  // times for one batch, until the worker must have heard it; see `share_out`
inline constexpr std::chrono::milliseconds patience{5};  // with a batch of one worker while others have nothing to do

/// Sends batches to the sessions of one stage and hands their results on, in order, from one thread. A dataset's task has one
/// session; a plain range fans out over as many as the pool may have workers. Bounded in both directions. When a worker
/// dies over a plain range, the batches that it had not finished go to a new one; what was handed on already is skipped by
/// count. What a worker hands back goes to those that have nothing to do.
class exchange final : session::listener {
 public:
  using receiver = python_detail::receiver;

  /// `elements`: how many there will be at most.
  LEAT_DECL exchange(std::shared_ptr<const program> what, const core::run_info& run, receiver& to,
                     std::size_t elements = core::most_elements);
  exchange(const exchange&) = delete;
  LEAT_DECL ~exchange();

  /// Whether a batch of this many elements and bytes should go now: it is full, or a worker is idle.
  LEAT_DECL bool due(std::size_t count, std::size_t bytes);
  /// After how many more elements `due` wants to be asked again.
  std::size_t check_after(std::size_t count) const { return std::min(limit_, count + stride_); }
  /// Sends a batch, taking its content; blocks while the window is full. False: no more is wanted.
  LEAT_DECL bool submit(wire::buffer& batch, std::size_t count);
  /// Moves on without blocking; false: no more is wanted.
  LEAT_DECL bool turn();
  /// Elements sent so far.
  std::uint64_t records() const noexcept { return records_; }
  /// The stage, and in a task the partition.
  LEAT_DECL location place() const;
  /// Some worker has nothing to do.
  LEAT_DECL bool idle() const;
  /// As many as a batch must have at least.
  bool enough(std::size_t count) const { return count >= size_.least(); }
  /// No more batches: waits for all results and hands the workers back.
  LEAT_DECL void finish();
  /// No more results are wanted: stops the sessions and hands the workers back, or kills those that do not stop in time.
  LEAT_DECL void cancel() noexcept;
  /// Adds what it waits for; returns after how many milliseconds it wants a turn in any case, -1: after none.
  LEAT_DECL int descriptors(std::vector<pollfd>& into);

 private:
  using clock = std::chrono::steady_clock;

  struct lane;
  struct part {
    std::size_t count = 0;
    std::string copy{};
    session::loan loan{};
    std::string_view loaned{};

    std::string_view body() const { return loan ? loaned : std::string_view(copy); }
  };
  struct batch {
    std::uint64_t number = 0;
    session::body_ptr body{};
    std::size_t begin = 0, count = 0, whole = 0;  // elements: of the body before it; its own; all of the body
    std::uint64_t first_record = 0;
    unsigned deaths = 0;
    bool done = false;
    std::exception_ptr failure{};
    std::size_t delivered = 0, skip = 0, seen = 0;  // elements: handed on; to pass over after a replay; of the results so far
    lane* owner = nullptr;
    std::deque<part> parts{};
  };
  struct lane {
    std::unique_ptr<session> conversation;
    std::deque<std::list<batch>::iterator> assigned{};  // in flight, oldest first
    std::size_t bytes = 0;                              // of them
    std::size_t waiting = 0;                            // bytes of results that wait for their turn
    unsigned deaths = 0;
    clock::time_point begun{};     // when the first one was the worker's next
    unsigned asked = 0;            // how often, for the batch in work
    clock::time_point recalled{};  // zero: it has not been asked to hand that back
    bool hears = false;            // what it is asked from now on
    bool failed = false, ended = false;
  };

  LEAT_DECL void frame(session& from, const wire::frame_header& header, std::string_view body) override;
  LEAT_DECL void report(lane& s, const wire::frame_header& header, std::string_view body);
  LEAT_DECL std::list<batch>::iterator split(std::list<batch>::iterator from, std::size_t first);
  LEAT_DECL void hand_back(std::list<batch>::iterator from, std::size_t consumed);
  LEAT_DECL void send(lane& to, std::list<batch>::iterator what);
  LEAT_DECL static void transmit(lane& to, const batch& b);
  LEAT_DECL static void next_one(lane& s);
  LEAT_DECL bool send_returned();
  LEAT_DECL int share_out();
  LEAT_DECL void look_ahead();
  LEAT_DECL std::size_t idle_ones() const;
  LEAT_DECL void remember() noexcept;
  LEAT_DECL void deliver(batch& b, std::string_view body, std::size_t count);
  LEAT_DECL void deliver_tail(std::string_view body, std::size_t count);
  LEAT_DECL void advance();
  LEAT_DECL std::shared_ptr<wire::buffer> take_content(wire::buffer& content);
  LEAT_DECL void recycle(session::body_ptr body);
  LEAT_DECL lane* free_lane(const batch* again = nullptr);
  LEAT_DECL lane* await_room();
  LEAT_DECL lane& add_lane();
  LEAT_DECL std::unique_ptr<session> new_session();
  LEAT_DECL bool crowded() const;
  LEAT_DECL bool has_room(const lane& s) const;
  LEAT_DECL bool may_read(const lane& s) const;
  LEAT_DECL bool pass();
  LEAT_DECL int watch(std::vector<pollfd>& set);
  LEAT_DECL void wait(int milliseconds = -1);
  LEAT_DECL void recover(lane& s, error& e);
  template <class F>
  bool recovering(lane& s, F f);
  LEAT_DECL bool all_closed() const;
  static bool under_way(const lane& s, std::uint64_t number) {
    return !s.assigned.empty() && s.assigned.front()->number == number;
  }

  std::shared_ptr<const program> program_;
  const core::run_info& run_;
  receiver& to_;
  const std::vector<shared_value_ptr> shared_values_;
  session::body_ptr open_;
  const std::size_t most_lanes;
  const bool whole_stream_;

  std::list<batch> window_{};                          // not finished, in order
  std::deque<std::list<batch>::iterator> returned_{};  // of those: handed back, to be sent again; in order
  std::uint64_t next_number_ = 0, records_ = 0;
  std::vector<std::unique_ptr<lane>> lanes_{};
  std::vector<std::shared_ptr<wire::buffer>> spare_{};
  std::vector<pollfd> waiting_for_{};
  bool stopped_ = false, begun_ = false;
  int again_ = -1;  // milliseconds: when a turn may find something to share out

  const std::string kin_;
  batch_size size_;
  const std::size_t elements_;
  std::size_t limit_ = 1, enough_ = 1, ahead_ = 1;  // elements a batch, and for an idle worker; batches in flight to one
  clock::duration company_{};                       // for which an idle worker waits for more
  bool quick_ = false;                              // the worker was done with a full batch of arrays in no time
  std::size_t stride_ = 1;                          // elements between looks at the clock
  clock::time_point looked_{}, passed_{}, submitted_ = clock::now();
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/exchange.ipp>
#include <leat/python/exchange/impl/exchange_end.ipp>
#endif

#endif
