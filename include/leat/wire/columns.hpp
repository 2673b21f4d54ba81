// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_COLUMNS_HPP
#define LEAT_WIRE_COLUMNS_HPP

#include <leat/wire/columns/types.hpp>
#include <leat/wire/endian.hpp>

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace leat {

namespace wire {

inline constexpr std::size_t columns_batch_bytes = 512 * 1024;

/// Writes a batch column by column, in place: each column has room for `rows` elements from the start, so a full batch is
/// moved no more. Texts are gathered apart and follow at the end.
template <class T>
class columns_encoder {
  using layout = column_layout<T>;

 public:
  static constexpr bool fixed_size = layout::texts == 0;
  /// Elements of a full batch. It takes more, but moves all columns for that.
  static constexpr std::size_t rows = (columns_batch_bytes + layout::row_size - 1) / layout::row_size;

  void begin(wire::buffer& out) {
    out.clear();
    room_ = rows;
    char* const body = out.grow(place(layout::columns, room_));
    for (std::size_t c = 0; c != layout::columns; ++c) at_[c] = body + place(c, room_);
    for (std::size_t c = 0; c != layout::columns; ++c)
      if (layout::types[c] == 's') put_little(at_[c], std::uint64_t{0});
    row_ = 0;
    for (auto& t : texts_) t.clear();
  }
  void put(wire::buffer& out, const T& x) {
    layout::check(x);  // before anything of it is written
    if (row_ == room_) [[unlikely]]
      widen(out, 1);
    layout::each(x, [this]<std::size_t C>(std::integral_constant<std::size_t, C>, const auto& part) {
      using P = std::remove_cvref_t<decltype(part)>;
      if constexpr (std::same_as<P, std::string>) {
        auto& text = texts_[layout::template text_of<C>];
        text.append(part);
        put_little(at_[C] + 8 * (row_ + 1), std::uint64_t{text.size()});
      } else {
        put_number(at_[C] + sizeof(P) * row_, part);
      }
    });
    ++row_;
  }
  /// The same for `n` numbers that lie in memory.
  void put(wire::buffer& out, const T* from, std::size_t n)
    requires column_number<T>
  {
    if (n > room_ - row_) [[unlikely]]
      widen(out, n);
    if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
      std::memcpy(at_[0] + sizeof(T) * row_, from, sizeof(T) * n);
    } else {
      for (std::size_t i = 0; i != n; ++i) put_number(at_[0] + sizeof(T) * (row_ + i), from[i]);
    }
    row_ += n;
  }
  /// Bytes so far.
  std::size_t size() const {
    std::size_t all = row_ * layout::row_size;
    for (auto const& t : texts_) all += t.size();
    return all;
  }
  void end(wire::buffer& out, std::size_t count) {
    char* const body = out.data();
    std::size_t filled = layout::header_size;
    for (std::size_t c = 0; c != layout::columns; ++c) {
      const std::size_t to = place(c, count);
      if (body + to != at_[c]) std::memmove(body + to, at_[c], length(c, count));
      std::memset(body + filled, 0, to - filled);
      filled = to + length(c, count);
    }
    out.advance(place(layout::columns, count));
    columns_header header(layout::columns + layout::texts, count);
    std::size_t t = 0;
    for (std::size_t c = 0; c != layout::columns; ++c) {
      header.add(layout::types[c], place(c, count), length(c, count));
      if (layout::types[c] != 's') continue;
      pad_columns(out);
      header.add('t', out.size(), texts_[t].size());
      out.append(texts_[t++].view());
    }
    std::memcpy(out.data(), header.bytes(), header.size());
  }

 private:
  static constexpr std::size_t length(std::size_t c, std::size_t n) {
    return layout::sizes[c] * (n + (layout::types[c] == 's' ? 1 : 0));
  }
  /// Where column `c` begins in a batch of `n`; with the number of columns, where the last one ends.
  static constexpr std::size_t place(std::size_t c, std::size_t n) {
    std::size_t at = layout::header_size;
    for (std::size_t i = 0; i != c; ++i) at = column_place(at) + length(i, n);
    return c == layout::columns ? at : column_place(at);
  }
  [[gnu::noinline, gnu::cold]] void widen(wire::buffer& out, std::size_t more) {
    room_ = std::max(2 * room_, room_ + more);
    char* const old = out.data();
    constexpr std::size_t last = layout::columns - 1;
    out.advance(static_cast<std::size_t>(at_[last] - old) + length(last, row_));  // what growing has to keep
    char* const body = out.grow(place(layout::columns, room_) - out.size()) - out.size();
    out.clear();
    for (std::size_t c = layout::columns; c-- != 0;) {
      char* const from = body + (at_[c] - old);
      at_[c] = body + place(c, room_);
      std::memmove(at_[c], from, length(c, row_));
    }
  }

  template <class P>
  static void put_number(char* to, P x) {
    if constexpr (std::same_as<P, bool>)
      *to = x ? '\1' : '\0';
    else
      put_little(to, std::bit_cast<bits_of<P>>(x));
  }

  char* at_[layout::columns] = {};
  std::size_t row_ = 0, room_ = rows;
  std::array<wire::buffer, layout::texts> texts_{};
};

/// Reads elements out of the columns of a batch, which it has checked.
template <class T>
class columns_reader {
  using layout = column_layout<T>;

 public:
  explicit columns_reader(std::string_view body) : rows_(read_columns(body, {layout::types.data(), layout::columns}, found_)) {}

  std::size_t rows() const { return rows_; }
  /// The only column.
  const char* data() const { return found_[0].data; }
  T operator[](std::size_t row) const {
    return layout::make([this, row]<std::size_t C, class P>(std::integral_constant<std::size_t, C>, std::type_identity<P>) {
      if constexpr (std::same_as<P, std::string>) {
        return column_text(found_[C], row);
      } else if constexpr (std::same_as<P, bool>) {
        return column_truth(found_[C].data[row]);
      } else {
        return std::bit_cast<P>(get_little<bits_of<P>>(found_[C].data + sizeof(P) * row));
      }
    });
  }

 private:
  column found_[layout::columns];
  std::size_t rows_;
};

}  // namespace wire

/// The wire of columns: a batch is one raw little-endian buffer a field, which `map_batches` sees as numpy arrays. For
/// arithmetic types, std::string, optionals of these, and tuples, pairs and arrays of all.
struct columns {
  static constexpr std::string_view name = "columns";
  /// Bytes of a full batch for `map_batches`.
  static constexpr std::size_t batch_bytes = wire::columns_batch_bytes;
  /// Large batches travel in memory that both processes see.
  static constexpr bool shared_memory = true;

  template <class T>
  static constexpr bool encodable = wire::has_columns<std::decay_t<T>>;
  template <class T>
  static constexpr bool decodable = encodable<T>;

  /// The type as sessions name it, with widths: `tuple[int64, float32, str]`.
  template <class T>
    requires encodable<T>
  static std::string type_name() {
    return wire::column_layout<std::decay_t<T>>::name();
  }

  /// Writes a batch into one buffer: `begin`, `put` for each element, `end`. `put` throws
  /// `conversion_error` for text that is not UTF-8.
  template <class T>
    requires encodable<T>
  using encoder = wire::columns_encoder<T>;

  /// Calls `bool f(T&&)` with each element until it returns false, and returns how many it was called with. Throws
  /// `protocol_error`, and `conversion_error` for text that is not UTF-8 (`where().record` is the element's index).
  template <class T, class F>
    requires decodable<T>
  static std::size_t decode(std::string_view body, F&& f) {
    const wire::columns_reader<T> reader(body);
    const std::size_t rows = reader.rows();
    for (std::size_t i = 0; i != rows; ++i)
      if (!f(reader[i])) return i + 1;
    return rows;
  }

  /// The numbers of a batch where they lie; false where this machine cannot read them there.
  template <class T>
    requires(wire::column_number<T> && !std::same_as<T, bool>)
  static bool in_place(std::string_view body, std::span<const T>& into) {
    const wire::columns_reader<T> reader(body);
    const char* const data = reader.data();
    if (std::endian::native != std::endian::little || reinterpret_cast<std::uintptr_t>(data) % alignof(T) != 0) return false;
    into = {reinterpret_cast<const T*>(data), reader.rows()};
    return true;
  }
};

}  // namespace leat

#endif
