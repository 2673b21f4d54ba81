// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_OPENING_HPP
#define LEAT_PYTHON_SESSION_OPENING_HPP

#include <leat/core/config.hpp>
#include <leat/core/run_info.hpp>
#include <leat/python/session/program.hpp>

namespace leat::wire {
class buffer;
}

namespace leat::python_detail {

/// The body of the session's first frame, as docs/inside/wire.md describes it.
LEAT_DECL wire::buffer open_body(const program& p, const core::run_info& run);

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/session/impl/opening.ipp>
#endif

#endif
