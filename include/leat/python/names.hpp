// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_NAMES_HPP
#define LEAT_PYTHON_NAMES_HPP

#include <leat/wire/frame.hpp>
#include <leat/wire/opaque.hpp>
#include <leat/wire/type_name.hpp>

namespace leat::wire {
using leat::buffer;
using leat::frame_header;
using leat::frame_kind;
using leat::frame_reader;
using leat::header_size;
using leat::none;
using leat::opaque_wire;
using leat::type_name;
using leat::write_header;
}  // namespace leat::wire

#endif
