// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_EXCHANGE_HPP
#define LEAT_PYTHON_EXCHANGE_EXCHANGE_HPP

#include <leat/core/config.hpp>
#include <leat/core/run_info.hpp>
#include <leat/core/start_info.hpp>
#include <leat/python/exchange/bodies.hpp>
#include <leat/python/exchange/lane.hpp>
#include <leat/python/exchange/pacing.hpp>
#include <leat/python/exchange/receiver.hpp>
#include <leat/python/exchange/recovery.hpp>
#include <leat/python/exchange/window.hpp>
#include <leat/python/session/program.hpp>
#include <leat/python/session/session.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

namespace leat::python_detail {

struct done_body;

inline constexpr std::chrono::milliseconds grace{50};        // for a cancelled session to close; then its worker is killed
inline constexpr std::chrono::milliseconds long_grace{500};  // where the worker may hold a model that took long to load
inline constexpr std::size_t result_bytes = 1024 * 1024;     // of a session's results that wait for an earlier batch
inline constexpr std::size_t window_batches = 1024;          // of a session that wait for an earlier one, however small

/// Sends batches to the sessions of one stage and hands their results on, in order, from one thread. A dataset's task has one
/// session; a plain range fans out over as many as the pool may have workers. Bounded in both directions.
///
/// `pacing` says how large batches are and how many go to a worker; `window` keeps what has been sent until it is handed on,
/// and what was handed back until it is sent again; a `lane` is a worker with the batches that it has; `find_recall` says who
/// is to hand back some of them, because others have nothing to do; `recovery` whether another worker goes on after a death.
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
  std::size_t check_after(std::size_t count) const { return pacing_.check_after(count); }
  /// Sends a batch, taking its content; blocks while the window is full. False: no more is wanted.
  LEAT_DECL bool submit(wire::buffer& batch, std::size_t count);
  /// Moves on without blocking; false: no more is wanted.
  LEAT_DECL bool turn();
  /// Elements sent so far.
  std::uint64_t records() const noexcept { return window_.records(); }
  /// The stage, and in a task the partition.
  LEAT_DECL location place() const;
  /// Some worker has nothing to do.
  LEAT_DECL bool idle() const;
  /// As many as a batch must have at least.
  bool enough(std::size_t count) const { return pacing_.has_least(count); }
  /// No more batches: waits for all results and hands the workers back.
  LEAT_DECL void finish();
  /// No more results are wanted: stops the sessions and hands the workers back, or kills those that do not stop in time.
  LEAT_DECL void cancel() noexcept;
  /// Adds what it waits for; returns after how many milliseconds it wants a turn in any case, -1: after none.
  LEAT_DECL int descriptors(std::vector<pollfd>& into);

 private:
  using clock = std::chrono::steady_clock;
  using batch = window::batch;

  LEAT_DECL location place_of(const batch& b) const;
  // Out
  LEAT_DECL lane* await_room();
  LEAT_DECL lane* find_room(const batch* again = nullptr);
  LEAT_DECL lane& add_lane();
  LEAT_DECL std::unique_ptr<session> new_session();
  LEAT_DECL bool send_returned();
  LEAT_DECL int share_out();
  LEAT_DECL bool crowded() const;
  LEAT_DECL std::size_t idle_ones() const;
  // In
  LEAT_DECL void frame(session& from, const wire::frame_header& header, std::string_view body) override;
  LEAT_DECL void take_results(lane& s, std::string_view body, std::size_t count);
  LEAT_DECL void take_done(lane& s, std::size_t consumed, const done_body& done);
  LEAT_DECL void take_error(lane& s, const wire::frame_header& header, std::string_view body);
  LEAT_DECL bool deliver(const batch& b, std::string_view body, std::size_t count, std::size_t skip);
  LEAT_DECL void deliver_tail(std::string_view body, std::size_t count);
  LEAT_DECL void advance();
  LEAT_DECL bool may_read(const lane& s) const;
  // The pump
  LEAT_DECL bool pass();
  LEAT_DECL int watch(std::vector<pollfd>& set);
  LEAT_DECL void wait(int milliseconds = -1);
  LEAT_DECL int end_of(const lane& s) const;
  LEAT_DECL void hear_out(lane& s);
  template <class F>
  bool recovering(lane& s, F f);
  LEAT_DECL void recover(lane& s, error& e);
  // The end
  LEAT_DECL void remember() noexcept;

  const std::shared_ptr<const program> program_;
  const core::run_info& run_;
  receiver& to_;
  const std::vector<shared_value_ptr> shared_values_;
  const session::body_ptr open_;
  const std::size_t most_lanes_;
  const bool whole_stream_;
  const std::string kin_;

  pacing pacing_;
  window window_{};
  lanes lanes_{};
  recovery recovery_;
  bodies bodies_;
  clock::time_point passed_{};
  std::vector<pollfd> waiting_for_{};
  int again_ = -1;  // milliseconds: when a turn may find something to share out
  bool stopped_ = false;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/exchange.ipp>
#endif

#endif
