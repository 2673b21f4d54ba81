// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_TO_VECTOR_HPP
#define LEAT_SINK_TO_VECTOR_HPP

#include <leat/kit/vector_sink.hpp>

namespace leat::core {

struct to_vector_sink : vector_sink {};

}  // namespace leat::core

namespace leat {

/// The elements in order, as `std::vector` of their value type.
constexpr core::to_vector_sink to_vector() { return {}; }

}  // namespace leat

#endif
