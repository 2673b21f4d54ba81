// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SHARED_SHARED_VALUE_HPP
#define LEAT_PYTHON_SHARED_SHARED_VALUE_HPP

#include <leat/core/config.hpp>
#include <leat/posix/descriptor.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace leat::python_detail {

/// Bytes from here on are sent once per worker rather than in each session.
inline constexpr std::size_t shared_value_bytes = 64 * 1024;

inline constexpr std::size_t digest_size = 32;

/// Two 64-bit hashes of the bytes, as hexadecimal digits. The hash differs from process to process.
LEAT_DECL std::string digest_of(std::string_view head, std::string_view content);

/// Bytes in a sealed memory file without name, which all workers map. What they are to a worker is its kind: `pickle`, `text`,
/// or `array` and a character of Python's `struct`.
class shared_value {
 public:
  /// Copies the bytes. Workers drop a broadcast's as soon as nobody here refers to it; others may be wanted again soon.
  /// Throws output_error where there is no memory or descriptor for them.
  LEAT_DECL shared_value(std::string kind, std::string_view content, bool broadcast = false);

  const std::string& kind() const noexcept { return kind_; }
  const std::string& digest() const noexcept { return digest_; }
  std::size_t size() const noexcept { return size_; }
  int descriptor() const noexcept { return file_.get(); }
  bool broadcast() const noexcept { return broadcast_; }

 private:
  std::string kind_, digest_;
  std::size_t size_;
  bool broadcast_;
  python_detail::descriptor file_{};
};
using shared_value_ptr = std::shared_ptr<const shared_value>;

/// A shared value that functions refer to, until it is destroyed.
class shared_value_ref {
 public:
  explicit shared_value_ref(shared_value_ptr content) : content_(std::move(content)) {}

  /// Throws usage_error once it has been destroyed.
  LEAT_DECL shared_value_ptr get() const;
  LEAT_DECL void destroy();

 private:
  mutable std::mutex mutex_;
  shared_value_ptr content_;
};

/// What a worker has been sent, and whether anyone in this process still needs it.
struct sent_value {
  std::string digest;
  std::size_t size;
  std::weak_ptr<const shared_value> content;
  bool broadcast;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/shared/impl/shared_value.ipp>
#endif

#endif
