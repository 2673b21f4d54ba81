// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_COLUMNS_IMPL_TYPES_IPP
#define LEAT_WIRE_COLUMNS_IMPL_TYPES_IPP

#include <leat/wire/columns/types.hpp>
#include <leat/wire/endian.hpp>

#include <cstring>

namespace leat::wire {

LEAT_DECL void pad_columns(buffer& out) {
  const std::size_t n = column_place(out.size()) - out.size();
  if (n != 0) std::memset(out.grow(n), 0, n);
  out.advance(n);
}

LEAT_DECL columns_header::columns_header(std::size_t buffers, std::size_t rows) {
  char* p = bytes_.grow(columns_header_size(buffers));
  std::memcpy(p, "col1", 4);
  p = put_little(p + 4, static_cast<std::uint32_t>(buffers));
  bytes_.commit(put_little(p, std::uint64_t{rows}));
}

LEAT_DECL void columns_header::add(char type, std::size_t at, std::size_t length) {
  char* p = put_little(bytes_.grow(24), std::uint64_t{static_cast<unsigned char>(type)});
  bytes_.commit(put_little(put_little(p, std::uint64_t{at}), std::uint64_t{length}));
}

[[noreturn]] inline void refuse_columns(const std::string& why) { throw protocol_error("this is no batch of columns: " + why); }

inline std::size_t column_width(char type) {
  switch (type) {
    case '?':
    case 'b':
    case 'B':
      return 1;
    case 'h':
    case 'H':
      return 2;
    case 'i':
    case 'I':
    case 'f':
      return 4;
    default:
      return 8;
  }
}

LEAT_DECL std::size_t read_columns(std::string_view body, std::string_view types, column* into) {
  if (body.size() < columns_header_size(0)) refuse_columns("its head is cut off");
  if (body.substr(0, 4) != "col1") refuse_columns("it begins with other bytes than 'col1'");
  const auto buffers = get_little<std::uint32_t>(body.data() + 4);
  const auto rows = get_little<std::uint64_t>(body.data() + 8);
  if ((body.size() - columns_header_size(0)) / 24 < buffers) refuse_columns("its head is cut off");

  std::uint32_t next = 0;
  const auto take = [&](char type) {
    if (next == buffers)
      refuse_columns("it has " + std::to_string(buffers) + " buffers, too few for " + std::to_string(types.size()) +
                     " columns");
    const char* const entry = body.data() + columns_header_size(next++);
    const auto found = get_little<std::uint64_t>(entry), at = get_little<std::uint64_t>(entry + 8),
               length = get_little<std::uint64_t>(entry + 16);
    if (found != static_cast<unsigned char>(type))
      refuse_columns("buffer " + std::to_string(next - 1) + " is of type " + std::to_string(found) + ", where '" + type +
                     "' (" + std::to_string(static_cast<int>(type)) + ") is expected");
    if (at > body.size() || length > body.size() - at)
      refuse_columns("buffer " + std::to_string(next - 1) + " lies outside of it");
    const std::uint64_t width = column_width(type);
    if (type != 't' && (length / width != rows + (type == 's' ? 1 : 0) || length % width != 0 || rows == ~std::uint64_t{0}))
      refuse_columns("buffer " + std::to_string(next - 1) + " has " + std::to_string(length) + " bytes for " +
                     std::to_string(rows) + " rows");
    return body.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(length));
  };
  for (const char type : types) {
    column& c = *into++;
    c.data = take(type).data();
    if (type != 's') continue;
    const std::string_view text = take('t');
    c.text = text.data();
    c.text_size = text.size();
  }
  if (next != buffers)
    refuse_columns("it has " + std::to_string(buffers) + " buffers, too many for " + std::to_string(types.size()) + " columns");
  return static_cast<std::size_t>(rows);
}

LEAT_DECL std::string column_text(const column& c, std::size_t row) {
  // Each place is read once: where the memory is shared, it could be another one the next time.
  const auto begin = get_little<std::uint64_t>(c.data + 8 * row), end = get_little<std::uint64_t>(c.data + 8 * (row + 1));
  if (begin > end || end > c.text_size) refuse_columns("text " + std::to_string(row) + " lies outside of its buffer");
  std::string text(c.text + begin, static_cast<std::size_t>(end - begin));
  if (!valid_utf8(text)) throw conversion_error("str in valid UTF-8", "str", repr_of_bytes(text), {{}, {}, {}, row});
  return text;
}

LEAT_DECL bool column_truth(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte > 1) refuse_columns("a bool is " + std::to_string(byte));
  return byte == 1;
}

}  // namespace leat::wire

#endif
