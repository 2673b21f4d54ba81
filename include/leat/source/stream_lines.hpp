// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_STREAM_LINES_HPP
#define LEAT_SOURCE_STREAM_LINES_HPP

#include <leat/core/config.hpp>
#include <leat/core/stage.hpp>

#include <cstddef>
#include <iosfwd>
#include <iterator>
#include <memory>
#include <string>

namespace leat::core {

/// The lines of a stream, which stays the caller's. Copies share them. See `lines`.
class stream_lines {
 public:
  static constexpr bool owns_elements = true;

  LEAT_DECL explicit stream_lines(std::istream& in);

  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = std::string;
    using difference_type = std::ptrdiff_t;
    using reference = std::string&;
    using pointer = std::string*;

    std::string& operator*() const { return pass_->line; }
    iterator& operator++() {
      pass_->more = pass_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& i, std::default_sentinel_t) { return !i.pass_->more; }

   private:
    friend stream_lines;
    struct pass {
      std::istream& in;
      std::string line{};
      bool more = false, started = false, after_cr = false;

      LEAT_DECL bool next();
    };
    explicit iterator(std::shared_ptr<pass> p) : pass_(std::move(p)) {}
    std::shared_ptr<pass> pass_;
  };

  iterator begin() { return ++iterator(pass_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  using pass = iterator::pass;
  std::shared_ptr<pass> pass_;
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
