// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_BODIES_HPP
#define LEAT_PYTHON_EXCHANGE_BODIES_HPP

#include <leat/core/config.hpp>
#include <leat/python/session/session.hpp>
#include <leat/python/shared/shared_buffer.hpp>

#include <memory>
#include <vector>

namespace leat::python_detail {

/// The memory that batches are written to: used again, and shared with the workers where batches are large.
class bodies {
 public:
  /// Large ones are shared in these; null: none is.
  explicit bodies(shared_buffers* shared) noexcept : shared_(shared) {}

  /// Takes the content; leaves other memory to write to, shared where the next batch may be large, too.
  LEAT_DECL session::body_ptr take(wire::buffer& content);
  /// Nobody needs this any more; null: there is none.
  LEAT_DECL void put_back(session::body_ptr body);

 private:
  shared_buffers* const shared_;
  std::vector<std::shared_ptr<wire::buffer>> spare_{};
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/bodies.ipp>
#endif

#endif
