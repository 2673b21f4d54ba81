// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_FUNCTION_BATCH_SIZE_HPP
#define LEAT_PYTHON_FUNCTION_BATCH_SIZE_HPP

#include <leat/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace leat::python_detail {

/// What a user says of batches; 0: nothing.
struct batch_wishes {
  std::size_t least = 0, most = 0;
  std::uint64_t latency = 0;  // nanoseconds
  bool careful = false;       // to find out what a larger batch costs is not worth a larger one that takes long

  bool fixed() const noexcept { return most != 0 && least == most; }
};

/// How many records a batch should have, learnt from what batches have cost. Fits a + b·n to that, near the sizes in use, and
/// chooses n so that `a` is at most a tenth of the batch, unless its records then take longer than is allowed. Knows no clock.
class batch_size {
 public:
  static constexpr std::uint64_t latency = 100'000'000;  // nanoseconds that the records of a batch may take together

  batch_size() = default;
  batch_size(std::size_t most, batch_wishes wishes) { bound(most, wishes); }

  /// Keeps what has been learnt. `most` is what a batch can hold, and what a user asks for within that counts.
  LEAT_DECL void bound(std::size_t most, batch_wishes wishes);
  /// What the next batch should have where `left` records are still to be sent, to `idle` ones of these workers first.
  LEAT_DECL std::size_t next(std::size_t left = ~std::size_t{0}, std::size_t idle = 1, std::size_t workers = 1) const;
  /// A batch of this size is on its way: of one far larger than those before it there is no second before it is measured.
  LEAT_DECL void sent(std::size_t count);
  /// Learns from a batch.
  LEAT_DECL void measure(std::size_t count, std::uint64_t nanoseconds);

  std::size_t limit() const noexcept { return limit_; }
  std::size_t most() const noexcept { return most_; }
  std::size_t least() const noexcept { return least_; }
  bool fixed() const noexcept { return least_ == most_; }
  /// Nothing is known yet.
  bool blind() const noexcept { return limit_ == 0; }
  /// Nanoseconds that a batch of this size is expected to take, and that each one takes whatever its size.
  double expected(std::size_t count) const noexcept { return once_ + each_ * static_cast<double>(count); }
  double once() const noexcept { return once_; }

 private:
  struct measured {  // batches of about this size
    double count = 0, time = 0, trust = 0;

    bool known() const noexcept { return count > 0; }
  };
  static constexpr std::size_t classes = 48;

  LEAT_DECL void fit(std::size_t now);
  LEAT_DECL double choose(std::size_t now) const;

  measured of_[classes]{};  // by the logarithm of the size, in halves
  double once_ = 0, each_ = 0;
  std::size_t limit_ = 0, least_ = 1, most_ = 1;
  std::size_t settled_ = 0, trial_ = 0;  // the largest size tried; measurements for which to wait for that of a larger one
  std::size_t last_ = 0, measured_ = 0;  // the class of the last one; how many there were
  double latency_ = 0;
  bool strict_ = false, careful_ = false, surprised_ = false, probes_ = false;
};

/// What has been learnt of functions, for those that run them again.
class size_memory {
 public:
  LEAT_DECL batch_size recall(const std::string& functions) const;
  LEAT_DECL void keep(const std::string& functions, const batch_size& learnt);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, batch_size> all_;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/function/impl/batch_size.ipp>
#endif

#endif
