// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_LINES_HPP
#define LEAT_SOURCE_LINES_HPP

#include <leat/core/heap_array.hpp>
#include <leat/kit/line_pass.hpp>
#include <leat/posix/input_file.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

namespace leat::core {

/// Reads the lines that begin in the bytes [begin, end) of a file; ranges that share their bounds yield each line once.
/// A line ends at LF, CR LF or a lone CR; the last one may lack its end. A byte order mark at the start is dropped.
class line_reader {
 public:
  static constexpr std::uint64_t npos = static_cast<std::uint64_t>(-1);

  /// Throws `input_error`, as every call may.
  LEAT_DECL explicit line_reader(const std::string& path, std::uint64_t begin = 0, std::uint64_t end = npos);
  /// Borrows the descriptor. With `begin` 0 it reads from where the descriptor stands.
  LEAT_DECL explicit line_reader(int descriptor, std::uint64_t begin = 0, std::uint64_t end = npos);

  /// Puts the next line, without its end, into `line`; false: there is none.
  LEAT_DECL bool next(std::string& line);
  /// Takes in what is there without blocking: -1 when `next` will not wait, the descriptor that it waits for otherwise.
  LEAT_DECL int waits_for();

 private:
  static constexpr std::size_t unknown = static_cast<std::size_t>(-1);
  enum class phase : unsigned char { skipping, outside, inside, complete, ended };

  LEAT_DECL void open(std::uint64_t begin);
  LEAT_DECL void gather(std::string& into);
  LEAT_DECL void refill(std::string& into);
  LEAT_DECL void close_line(std::string& line, bool ended);
  LEAT_DECL std::size_t line_end();
  bool pending() const { return phase_ < phase::complete; }
  std::uint64_t position() const { return base_ + at_; }

  core::input_file file_;
  core::heap_array<char> block_{};
  std::size_t capacity_ = 0, size_ = 0, at_ = 0;
  std::size_t lf_ = unknown, cr_ = unknown;  // where the block has its next, if that is not before at_
  std::uint64_t base_ = 0, end_;
  std::string part_;  // what waits_for has gathered of the next line
  phase phase_ = phase::outside;
  bool after_cr_ = false, first_ = false;
};

/// The lines of a file or of a descriptor, as `std::string`. See `lines`.
class lines_range {
 public:
  static constexpr bool owns_elements = true;

  LEAT_DECL explicit lines_range(std::string path);
  LEAT_DECL explicit lines_range(int descriptor);

  using iterator = pass_iterator<line_pass<line_reader>>;

  LEAT_DECL iterator begin();
  std::default_sentinel_t end() const { return {}; }
  LEAT_DECL int waits_for();

 private:
  LEAT_DECL void ready();

  std::string path_;
  std::shared_ptr<line_pass<line_reader>> pass_{};
  bool fresh_ = false;  // pass_ was made for a begin() that is still to come
};

}  // namespace leat::core

namespace leat {

/// The lines of the file at `path`, without their ends, each pass from the start. Throws `input_error`.
inline core::lines_range lines(std::string path) { return core::lines_range(std::move(path)); }

/// The lines that come from a descriptor, which stays the caller's. They come once: a second pass goes on behind the first,
/// and what was read ahead belongs to this range and its copies.
inline core::lines_range lines(int descriptor) { return core::lines_range(descriptor); }

/// The lines of standard input.
inline core::lines_range stdin_lines() { return core::lines_range(0); }

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/source/impl/lines.ipp>
#endif

#endif
