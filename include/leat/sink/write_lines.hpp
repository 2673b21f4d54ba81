// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_WRITE_LINES_HPP
#define LEAT_SINK_WRITE_LINES_HPP

#include <leat/core/config.hpp>
#include <leat/core/heap_array.hpp>
#include <leat/core/pipeline.hpp>

#include <charconv>
#include <cstring>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace leat::core {

template <class X>
concept text_line = std::convertible_to<const X&, std::string_view>;
template <class X>
concept number_line =
    requires(char* at, const X& x) { std::to_chars(at, at, x); } && !std::same_as<X, bool> && !std::same_as<X, char>;
template <class X>
concept printed_line = requires(std::ostream& out, const X& x) { out << x; };

/// A file that is written front to back through a buffer. What is left in it is written, as far as possible, when it ends by an
/// exception. Every call may throw `output_error`.
class written_file final : public std::streambuf {
 public:
  LEAT_DECL explicit written_file(const std::string& path);
  written_file(written_file&&) = delete;
  LEAT_DECL ~written_file() override;

  void line(const char* from, std::size_t n) {
    if (n >= static_cast<std::size_t>(epptr() - pptr())) spill();
    if (n >= static_cast<std::size_t>(epptr() - pptr())) {
      send(from, n);
      n = 0;
    }
    if (n != 0) std::memcpy(pptr(), from, n);
    pptr()[n] = '\n';
    pbump(static_cast<int>(n + 1));
  }
  /// For elements that print themselves.
  LEAT_DECL std::ostream& stream();
  LEAT_DECL void close();

 private:
  LEAT_DECL int_type overflow(int_type c) override;
  LEAT_DECL void spill();
  LEAT_DECL void send(const char* from, std::size_t n);

  std::string path_;
  int fd_ = -1;
  heap_array<char> buffer_{};
  std::ostream* stream_ = nullptr;  // owned
};

/// Where lines go: a file, opened when the run starts.
class lines_to_file {
 public:
  explicit lines_to_file(std::string path) : path_(std::move(path)) {}
  lines_to_file(lines_to_file&& other) noexcept : path_(std::move(other.path_)), file_(std::exchange(other.file_, nullptr)) {}
  LEAT_DECL ~lines_to_file();

  LEAT_DECL void open();
  void line(const char* from, std::size_t n) { file_->line(from, n); }
  std::ostream& stream() { return file_->stream(); }
  void check() {}
  void close() { file_->close(); }

 private:
  std::string path_;
  written_file* file_ = nullptr;  // owned
};

/// Where lines go: a stream of the caller's.
class lines_to_stream {
 public:
  explicit lines_to_stream(std::ostream* to) : to_(to) {}

  void open() {}
  void line(const char* from, std::size_t n) {
    char whole[256];
    if (n < sizeof whole) {  // one call instead of two
      if (n != 0) std::memcpy(whole, from, n);
      whole[n] = '\n';
      to_->write(whole, static_cast<std::streamsize>(n + 1));
    } else {
      to_->write(from, static_cast<std::streamsize>(n)).put('\n');
    }
  }
  std::ostream& stream() { return *to_; }
  void check() {
    if (!*to_) fail();
  }
  void close() {
    to_->flush();
    check();
  }

 private:
  [[noreturn]] LEAT_DECL static void fail();

  std::ostream* to_;
};

template <class Out, class X>
void write_line(Out& to, const X& x) {
  if constexpr (text_line<X>) {
    const std::string_view text = x;
    to.line(text.data(), text.size());
  } else if constexpr (number_line<X>) {
    char text[64];
    to.line(text, static_cast<std::size_t>(std::to_chars(text, text + sizeof text, x).ptr - text));
  } else if constexpr (std::same_as<X, char>) {
    to.line(&x, 1);
  } else {
    to.stream() << x << '\n';
  }
  to.check();
}

// `Out` is made from `Target`, which can be copied.
template <class Target, class Out>
struct write_lines_sink : sink_base {
  static constexpr bool in_order = true;

  Target target;

  explicit write_lines_sink(Target to) : target(std::move(to)) {}

  template <class In>
  static consteval bool accepts() {
    using x = value_t<In>;
    constexpr bool line = core::text_line<x> || core::number_line<x> || core::printed_line<x>;
    static_assert(line || core::undeclared<In, line>(),
                  "leat: write_lines needs text, numbers, or elements with << into a std::ostream; map to std::string first; "
                  "docs/errors.md#write-lines-element");
    return line;
  }

  template <class In>
  struct state {
    Out to;
    std::size_t lines = 0;

    explicit state(const write_lines_sink& k) : to(k.target) {}

    bool start(start_info) {
      to.open();
      return true;
    }
    bool operator()(In&& x) {
      core::write_line<Out, value_t<In>>(to, x);
      ++lines;
      return true;
    }
    void finish() { to.close(); }
    std::size_t result() { return lines; }
  };
};

}  // namespace leat::core

namespace leat {

/// Writes each element and a line feed into a new file at `path`, or over the one that is there; yields how many. Elements are
/// text, numbers, or what has `<<`. Throws `output_error`.
inline auto write_lines(std::string path) { return core::write_lines_sink<std::string, core::lines_to_file>(std::move(path)); }

/// The same into a stream, which is flushed at the end and must live until then.
inline auto write_lines(std::ostream& to) { return core::write_lines_sink<std::ostream*, core::lines_to_stream>(&to); }

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/sink/impl/write_lines.ipp>
#endif

#endif
