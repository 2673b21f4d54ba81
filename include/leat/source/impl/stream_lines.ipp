// SPDX-License-Identifier: BSL-1.0
#include <leat/core/error.hpp>
#include <leat/source/stream_lines.hpp>

#include <istream>
#include <new>
#include <utility>

namespace leat::core {

/// Marks a stream, also one that throws when it is marked.
inline void mark(std::istream& in, std::ios_base::iostate flag) {
  try {
    in.setstate(flag);
  } catch (const std::ios_base::failure&) {
  }
}

LEAT_DECL stream_lines::stream_lines(std::istream& in)
    : pass_(std::make_shared<line_pass<stream_reader>>(line_pass<stream_reader>{{in}})) {}

}  // namespace leat::core

namespace leat {

// Read through the buffer, since std::getline knows no CR. The LF behind a CR is dropped when the next line is asked for, so
// that a line is out as soon as its CR is in.
LEAT_DECL bool core::stream_reader::next(std::string& line) {
  using traits = std::istream::traits_type;
  line.clear();
  if (in.bad() || (in.fail() && !in.eof())) throw input_error("the stream cannot be read: it had failed before");
  if (in.eof()) return false;
  bool any = false;
  try {
    if (in.tie() != nullptr) in.tie()->flush();
    for (std::streambuf& from = *in.rdbuf();;) {
      const auto c = from.sbumpc();
      if (traits::eq_int_type(c, traits::eof())) {
        core::mark(in, std::ios_base::eofbit);
        break;
      }
      const char byte = traits::to_char_type(c);
      if (std::exchange(after_cr, false) && byte == '\n') continue;
      any = true;
      if (byte == '\n') break;
      if (byte == '\r') {
        after_cr = true;
        break;
      }
      line += byte;
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    core::mark(in, std::ios_base::badbit);
    throw input_error(std::string("the stream cannot be read: ") + e.what());
  }
  if (any && !std::exchange(started, true) && line.compare(0, 3, "\xEF\xBB\xBF") == 0) {
    line.erase(0, 3);
    any = !(line.empty() && in.eof());
  }
  return any;
}

}  // namespace leat
