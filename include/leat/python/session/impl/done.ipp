// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_IMPL_DONE_IPP
#define LEAT_PYTHON_SESSION_IMPL_DONE_IPP

#include <leat/python/session/done.hpp>
#include <leat/wire/endian.hpp>

namespace leat::python_detail {

LEAT_DECL bool read_done(std::string_view body, done_body& into) noexcept {
  if (body.size() < 16) return false;
  into = {wire::get_little<std::uint64_t>(body.data()), wire::get_little<std::uint64_t>(body.data() + 8), body.substr(16)};
  return true;
}

}  // namespace leat::python_detail

#endif
