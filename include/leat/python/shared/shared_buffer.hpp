// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SHARED_SHARED_BUFFER_HPP
#define LEAT_PYTHON_SHARED_SHARED_BUFFER_HPP

#include <leat/core/config.hpp>
#include <leat/posix/descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace leat::python_detail {

inline constexpr std::size_t shared_buffer_size = 1024 * 1024;
inline constexpr std::size_t shared_buffer_threshold = 64 * 1024;  // smaller bodies stand in their frame
inline constexpr std::size_t most_loans = 8;      // to one worker at most; further bodies stand in their frames
inline constexpr std::size_t result_buffers = 4;  // of one worker

/// Memory that a worker sees, too: it has no name and cannot be resized. What one process writes before it sends a frame, the
/// other sees after it has received that.
class shared_buffer {
 public:
  enum class use : bool { elements, results };

  /// One that this process fills with elements, or one that a worker fills with results; the other one only reads. Null where
  /// the system gives none.
  LEAT_DECL static std::unique_ptr<shared_buffer> make(std::uint64_t number, use for_what);
  shared_buffer(const shared_buffer&) = delete;
  LEAT_DECL ~shared_buffer();

  std::uint64_t number() const noexcept { return number_; }
  char* data() const noexcept { return data_; }
  int descriptor() const noexcept { return fd_.get(); }

 private:
  shared_buffer(std::uint64_t number, python_detail::descriptor fd, char* data)
      : number_(number), fd_(std::move(fd)), data_(data) {}

  std::uint64_t number_;
  python_detail::descriptor fd_;
  char* data_;
};

/// The buffers that a process fills with elements, for all workers of a pool: each goes back when nobody holds it any more.
class shared_buffers : public std::enable_shared_from_this<shared_buffers> {
 public:
  /// One that nobody holds; null: there is none.
  LEAT_DECL std::shared_ptr<shared_buffer> take();

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<shared_buffer>> free_{};
  std::uint64_t made_ = 0;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/shared/impl/shared_buffer.ipp>
#endif

#endif
