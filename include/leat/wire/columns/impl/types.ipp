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

LEAT_DECL std::size_t read_columns(std::string_view body, std::span<const column_form> forms, column* into) {
  if (body.size() < columns_header_size(0)) refuse_columns("its head is cut off");
  if (body.substr(0, 4) != "col1") refuse_columns("it begins with other bytes than 'col1'");
  const auto buffers = get_little<std::uint32_t>(body.data() + 4);
  const auto rows = get_little<std::uint64_t>(body.data() + 8);
  if ((body.size() - columns_header_size(0)) / 24 < buffers) refuse_columns("its head is cut off");

  std::uint32_t next = 0;
  const auto take = [&](char type, std::size_t width, std::optional<std::uint64_t> count) {
    if (next == buffers)
      refuse_columns("it has " + std::to_string(buffers) + " buffers, too few for " + std::to_string(forms.size()) +
                     " columns");
    const char* const entry = body.data() + columns_header_size(next++);
    const auto found = get_little<std::uint64_t>(entry), at = get_little<std::uint64_t>(entry + 8),
               length = get_little<std::uint64_t>(entry + 16);
    if (found != static_cast<unsigned char>(type))
      refuse_columns("buffer " + std::to_string(next - 1) + " is of type " + std::to_string(found) + ", where '" + type +
                     "' (" + std::to_string(static_cast<int>(type)) + ") is expected");
    if (at > body.size() || length > body.size() - at)
      refuse_columns("buffer " + std::to_string(next - 1) + " lies outside of it");
    if (length % width != 0 || (count && (length / width != *count || rows == ~std::uint64_t{0})))
      refuse_columns("buffer " + std::to_string(next - 1) + " has " + std::to_string(length) + " bytes for " +
                     std::to_string(rows) + " rows");
    return body.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(length));
  };
  for (auto const& form : forms) {
    column& c = *into++;
    c.data = take(form.type, form.width, rows + form.ragged()).data();
    if (!form.ragged()) continue;
    const std::string_view tail = take(form.tail, form.tail_width, {});
    c.tail = tail.data();
    c.tail_size = tail.size();
  }
  if (next != buffers)
    refuse_columns("it has " + std::to_string(buffers) + " buffers, too many for " + std::to_string(forms.size()) + " columns");
  return static_cast<std::size_t>(rows);
}

LEAT_DECL std::string column_text(const column& c, std::size_t row) {
  // Each place is read once: where the memory is shared, it could be another one the next time.
  const auto begin = get_little<std::uint64_t>(c.data + 8 * row), end = get_little<std::uint64_t>(c.data + 8 * (row + 1));
  if (begin > end || end > c.tail_size) refuse_columns("text " + std::to_string(row) + " lies outside of its buffer");
  std::string text(c.tail + begin, static_cast<std::size_t>(end - begin));
  if (!valid_utf8(text)) throw conversion_error("str in valid UTF-8", "str", repr_of_bytes(text), {{}, {}, {}, row});
  return text;
}

LEAT_DECL std::string_view column_cells(const column& c, std::size_t row, std::size_t unit, std::span<std::size_t> shape) {
  std::size_t known = 1, any = 0;
  for (const std::size_t e : shape) e == any_extent ? ++any : known *= e;
  const std::size_t width = 8 * (any == 1 ? 1 : 1 + any);
  const char* const place = c.data + width * row;
  // Each is read once: where the memory is shared, it could be another one the next time.
  const auto begin = get_little<std::uint64_t>(place), end = get_little<std::uint64_t>(place + width);
  if (begin > end || end > c.tail_size / unit) refuse_columns("array " + std::to_string(row) + " lies outside of its buffer");
  const std::uint64_t count = end - begin;
  std::uint64_t held = known;
  const char* next = place + 8;
  for (std::size_t& e : shape) {
    if (e != any_extent) continue;
    std::uint64_t extent = count / known;
    if (any != 1) {
      extent = get_little<std::uint64_t>(next);
      next += 8;
    }
    if (extent > count && count != 0) refuse_columns("array " + std::to_string(row) + " has other extents than elements");
    e = static_cast<std::size_t>(extent);
    if (__builtin_mul_overflow(held, extent, &held)) held = any_extent;
  }
  if (held != count) refuse_columns("array " + std::to_string(row) + " has other extents than elements");
  return {c.tail + unit * begin, static_cast<std::size_t>(unit * count)};
}

LEAT_DECL bool column_truth(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte > 1) refuse_columns("a bool is " + std::to_string(byte));
  return byte == 1;
}

}  // namespace leat::wire

#endif
