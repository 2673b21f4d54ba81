// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_LINE_PASS_HPP
#define LEAT_KIT_LINE_PASS_HPP

#include <leat/core/pass_iterator.hpp>

#include <string>

namespace leat::core {

/// A pass over the lines that a reader puts into a string, one after the other; see `pass_iterator`.
template <class Reader>
struct line_pass {
  Reader reader;
  std::string line{};
  bool more = false;

  std::string& front() { return line; }
  void next() { more = reader.next(line); }
  bool empty() const { return !more; }
};

}  // namespace leat::core

#endif
