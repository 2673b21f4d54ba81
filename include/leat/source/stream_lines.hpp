// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_STREAM_LINES_HPP
#define LEAT_SOURCE_STREAM_LINES_HPP

#include <leat/core/config.hpp>
#include <leat/core/stage.hpp>
#include <leat/kit/line_pass.hpp>

#include <cstddef>
#include <iosfwd>
#include <iterator>
#include <memory>
#include <string>

namespace leat::core {

/// Reads the lines of a stream.
struct stream_reader {
  std::istream& in;
  bool started = false, after_cr = false;

  /// Puts the next line, without its end, into `line`; false: there is none.
  LEAT_DECL bool next(std::string& line);
};

/// The lines of a stream, which stays the caller's. Copies share them. See `lines`.
class stream_lines {
 public:
  static constexpr bool owns_elements = true;
  using iterator = pass_iterator<line_pass<stream_reader>>;

  LEAT_DECL explicit stream_lines(std::istream& in);

  iterator begin() {
    pass_->next();
    return iterator(pass_);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::shared_ptr<line_pass<stream_reader>> pass_;
};

}  // namespace leat::core

namespace leat {

/// The lines of a stream, as `std::string`, without their ends: LF, CR LF or a lone CR. They come once: a second pass goes on
/// behind the first. Throws `input_error` where the stream fails.
inline core::stream_lines lines(std::istream& in) { return core::stream_lines(in); }

template <class Stream>
  requires(!std::is_lvalue_reference_v<Stream> && std::derived_from<Stream, std::istream>)
core::poison lines(Stream&&) {
  static_assert(!sizeof(Stream),
                "leat: lines borrows its stream, and this one is a temporary that ends before its lines are read; keep it in a "
                "variable; docs/errors.md#lines-temporary");
  return {};
}

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/source/impl/stream_lines.ipp>
#endif

#endif
