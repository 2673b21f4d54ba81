// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_PACING_HPP
#define LEAT_PYTHON_EXCHANGE_PACING_HPP

#include <leat/core/config.hpp>
#include <leat/core/start_info.hpp>
#include <leat/python/function/batch_size.hpp>
#include <leat/python/session/program.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace leat::python_detail {

inline constexpr std::size_t window_bytes = 512 * 1024;  // in flight to a worker, where two batches are less

/// How large the batches of an exchange are, when one goes, and how many a worker has at a time. Is told of workers and of the
/// time, and asks for neither.
class pacing {
 public:
  using clock = std::chrono::steady_clock;

  /// `elements`: how many there will be at most. `learnt` is what such a program's batches have cost before.
  LEAT_DECL pacing(const program& what, const batch_size& learnt, std::size_t elements, std::size_t workers,
                   clock::time_point now);

  // The batch that is being filled:

  /// It goes as soon as a worker has room.
  bool full(std::size_t count, std::size_t bytes) const {
    return count >= limit_ || (bytes >= most_bytes_ && has_least(count));
  }
  /// It has as many elements as it must have at least.
  bool has_least(std::size_t count) const { return count >= size_.least(); }
  /// It is enough for a worker that has nothing to do, or nothing more has come for too long.
  bool suffices(std::size_t count, clock::time_point now) const {
    return has_least(count) && (count >= enough_ || now - sent_ > company_);
  }
  /// At how many elements to look at it again.
  std::size_t check_after(std::size_t count) const { return std::min(limit_, count + stride_); }
  /// It is being looked at, which tells how fast elements come.
  LEAT_DECL void look(clock::time_point now);

  // Those on their way:

  /// Whether a worker that has so many may get one more.
  bool has_room(std::size_t batches, std::size_t bytes) const {
    return batches < ahead_ || (ahead_ > 1 && bytes / batches > most_bytes_ / 8 && bytes < window_bytes);
  }
  /// How many of the elements that were handed back one of so many idle workers should get.
  LEAT_DECL std::size_t share(std::size_t count, std::size_t idle) const;
  /// The workers are done so quickly that the host's own thread is the bottleneck.
  bool quick() const noexcept { return quick_; }

  /// A batch of so many elements has gone, and `records` in all.
  LEAT_DECL void sent(std::size_t count, std::uint64_t records, std::size_t idle);
  /// The same, as to the time: known only when the batch has been written.
  void sent_at(clock::time_point now) noexcept { sent_ = now; }
  /// A worker has spent this time on so many elements of a batch whose body has so many bytes.
  LEAT_DECL void measure(std::size_t count, std::size_t bytes, std::uint64_t nanoseconds);
  /// Judges anew, of what has been measured: `records` were sent, and so many workers have nothing to do.
  LEAT_DECL void adapt(std::uint64_t records, std::size_t idle);

  const batch_size& learnt() const noexcept { return size_; }

 private:
  batch_size size_;
  const std::size_t most_bytes_, most_elements_, elements_, workers_;
  std::size_t limit_ = 1, enough_ = 1, ahead_ = 1;  // elements a batch, and for an idle worker; batches in flight to one
  std::size_t stride_ = 1;                          // elements between looks at the clock
  clock::duration company_{};                       // for which an idle worker waits for more
  clock::time_point looked_{}, sent_;
  bool quick_ = false;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/pacing.ipp>
#endif

#endif
