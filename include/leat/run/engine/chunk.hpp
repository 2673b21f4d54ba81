// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_CHUNK_HPP
#define LEAT_RUN_ENGINE_CHUNK_HPP

#include <leat/core/start_info.hpp>
#include <leat/shuffle/block.hpp>

#include <concepts>

namespace leat::core {

/// Takes a partition's elements by chunks, at one virtual call a chunk. The producer owns the storage until the call returns;
/// the consumer may move elements out of it, unless they are plain.
template <class T>
class chunk_consumer {
 public:
  virtual ~chunk_consumer() = default;
  /// Called once, before the first chunk; false: send nothing.
  virtual bool start(start_info n) = 0;
  /// False: send no more. Elements of plain types must stay as they are, so that stored ones need not be copied for this.
  virtual bool operator()(core::slice<T> chunk) = 0;
};

/// Elements a chunk: 1,024, fewer where they are large (32 KB fit the nearest cache), at least 256, so that what a chunk costs
/// (a virtual call, a look at the stop flag) is spread over many.
template <class T>
inline constexpr std::size_t chunk_size = std::clamp<std::size_t>(32768 / sizeof(T), 256, 1024);

/// Gathers single elements into chunks for a consumer. The first chunks are small, so that one who wants few elements gets few.
template <class T>
class chunk_buffer {
 public:
  explicit chunk_buffer(chunk_consumer<T>& to) : to_(to) { items_.reserve(chunk_size<T>); }

  bool start(start_info n) { return more_ = to_.start(n); }
  template <class X>
  bool push(X&& x) {
    items_.unchecked(std::forward<X>(x));
    return items_.size() < full_ || flush();
  }
  bool flush() {
    if (more_ && !items_.empty()) more_ = to_(items_.span());
    items_.clear();
    full_ = std::min(2 * full_, chunk_size<T>);
    return more_;
  }

 private:
  chunk_consumer<T>& to_;
  block<T> items_{};
  std::size_t full_ = 1;
  bool more_ = true;
};

/// The last node of a chain that feeds a consumer of chunks.
template <class T, class In>
struct buffer_node {
  chunk_buffer<T>* buffer;

  bool start(start_info n) { return buffer->start(n); }
  bool operator()(In&& x) { return buffer->push(std::forward<In>(x)); }
  void finish() {}
};

/// Hands stored elements over to a consumer that has started, chunk by chunk: as they are where they are plain or may be moved
/// from, else as copies.
template <class T>
void hand_chunks(slice<T> xs, bool move, chunk_consumer<T>& to) {
  constexpr bool copyable = copies<T> && !trivially_moved<T>;
  block<T> copies;
  if (copyable && !move) copies.reserve(chunk_size<T>);
  for (std::size_t at = 0; at < xs.size(); at += chunk_size<T>) {
    slice<T> chunk = xs.subspan(at, std::min(chunk_size<T>, xs.size() - at));
    if constexpr (copyable) {
      if (!move) {
        copies.clear();
        copies.append(chunk);
        chunk = copies.span();
      }
    }
    if (!to(chunk)) return;
  }
}
template <class T>
void hand_over(slice<T> xs, bool move, start_info n, chunk_consumer<T>& to) {
  if (to.start(n)) hand_chunks(xs, move, to);
}

}  // namespace leat::core

#endif
