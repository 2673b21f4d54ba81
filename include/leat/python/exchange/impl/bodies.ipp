// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_BODIES_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_BODIES_IPP

#include <leat/python/exchange/bodies.hpp>
#include <leat/wire/buffer.hpp>

#include <cstddef>
#include <utility>

namespace leat::python_detail {

inline constexpr std::size_t spare_bodies = 8;  // that wait to be used again

LEAT_DECL session::body_ptr bodies::take(wire::buffer& content) {
  if (shared_ != nullptr && content.size() >= shared_buffer_threshold)
    if (auto s = shared_->take()) {
      char* const data = s->data();
      return std::make_shared<wire::buffer>(std::exchange(content, wire::buffer(std::move(s), data, shared_buffer_size)));
    }
  std::shared_ptr<wire::buffer> body;
  if (spare_.empty()) {
    body = std::make_shared<wire::buffer>();
  } else {
    body = std::move(spare_.back());
    spare_.pop_back();
  }
  std::swap(*body, content);
  content.clear();
  return body;
}

LEAT_DECL void bodies::put_back(session::body_ptr body) {
  if (!body || spare_.size() >= spare_bodies || body->owner() || body.use_count() > 1) return;
  auto buffer = std::const_pointer_cast<wire::buffer>(std::move(body));
  buffer->clear();
  spare_.push_back(std::move(buffer));
}

}  // namespace leat::python_detail

#endif
