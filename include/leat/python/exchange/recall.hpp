// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_RECALL_HPP
#define LEAT_PYTHON_EXCHANGE_RECALL_HPP

#include <leat/core/config.hpp>
#include <leat/python/exchange/lane.hpp>

#include <chrono>
#include <cstddef>

namespace leat::python_detail {

inline constexpr std::chrono::milliseconds patience{5};  // with a batch of one worker while others have nothing to do
inline constexpr unsigned most_asked = 4;                // times for one batch, until the worker must have heard it

/// Who is to hand back what it has not begun, because others have nothing to do.
struct recall {
  lane* whom = nullptr;  // null: nobody, now
  int again = -1;        // after how many milliseconds it may make sense to look again; -1: not before something has come
};

/// `idle`: workers that have nothing to do, or could be started. `cuts`: a worker may leave a part of its batch undone. Each is
/// asked once a batch, since native code in its calls may end with EINTR, but again where it has done no batch of several
/// elements yet, and so may not have been there to hear it.
LEAT_DECL recall find_recall(const lanes& all, std::size_t idle, bool cuts, lane::clock::time_point now);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/recall.ipp>
#endif

#endif
