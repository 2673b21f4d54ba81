// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_FRAME_HPP
#define LEAT_WIRE_FRAME_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>
#include <leat/wire/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leat::wire {

/// What a frame is; docs/inside/wire.md tells who sends which, and with what body.
enum class frame_kind : std::uint8_t {
  open = 1,
  data,
  end,
  cancel,
  done,
  error,
  closed,
  buffer,
  free,
  value = 16,
  forget,
  broadcast,
  accumulator,
  log,
  timing,
  skip
};

/// Flags: the body of this data frame stands in a shared buffer; this buffer is one for results; the worker has forked.
inline constexpr std::uint8_t in_buffer = 1, for_results = 2, forked = 4;
/// `batch` and `count` where none is meant.
inline constexpr std::uint64_t none = ~std::uint64_t{0};
inline constexpr std::size_t header_size = 32;
/// The longest body a reader takes unless told otherwise: 1 TiB.
inline constexpr std::uint64_t default_max_length = std::uint64_t{1} << 40;

struct frame_header {
  frame_kind kind = frame_kind::data;
  std::uint32_t session = 0;
  std::uint64_t batch = none;
  std::uint64_t count = 0;
  std::uint64_t length = 0;
  std::uint8_t flags = 0;

  friend bool operator==(const frame_header&, const frame_header&) = default;
};

/// Writes the `header_size` bytes of `h` to `out`.
LEAT_DECL void write_header(char* out, const frame_header& h);

/// Reads a header; throws `protocol_error`, which names what is wrong, for another magic, unknown or reserved kinds and
/// flags, and lengths above `max_length`.
LEAT_DECL frame_header read_header(const char* in, std::uint64_t max_length = default_max_length);

/// Cuts a stream of bytes into frames. Its memory grows with what has arrived, never by what a header claims.
class frame_reader {
 public:
  struct room {
    char* data;
    std::size_t size;
  };

  explicit frame_reader(std::uint64_t max_length = default_max_length) : max_length_(max_length) {}

  /// Where to read the next bytes to, at least `hint` of them; ends the life of the bodies handed out before.
  LEAT_DECL room space(std::size_t hint = 65536);
  /// Says how many bytes were put into that space.
  void arrived(std::size_t n) { bytes_.advance(n); }
  /// Copies bytes in: `space` and `arrived` in one.
  LEAT_DECL void feed(std::string_view chunk);

  /// Takes the next whole frame; false where more bytes are needed. `body` lives until the next call of `space`.
  LEAT_DECL bool next(frame_header& h, std::string_view& body);

  /// Call at the end of the stream: throws `protocol_error` where it ends inside a frame.
  LEAT_DECL void at_end() const;
  /// Bytes that have arrived and belong to no frame handed out.
  std::size_t pending() const noexcept { return bytes_.size() - read_; }
  std::size_t capacity() const noexcept { return bytes_.capacity(); }

 private:
  std::uint64_t max_length_;
  buffer bytes_;
  std::size_t read_ = 0;
  frame_header header_{};
  bool inside_ = false;
};

}  // namespace leat::wire

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/impl/frame.ipp>
#endif

#endif
