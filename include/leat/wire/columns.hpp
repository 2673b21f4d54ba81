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
/// moved no more. What rows differ in length of is gathered apart and follows at the end.
template <class T>
class columns_encoder {
  using layout = column_layout<T>;

 public:
  static constexpr bool fixed_size = layout::tails == 0;
  /// Elements of a full batch. It takes more, but moves all columns for that.
  static constexpr std::size_t rows = (columns_batch_bytes + layout::row_size - 1) / layout::row_size;

  void begin(wire::buffer& out) {
    out.clear();
    room_ = rows;
    char* const body = out.grow(place(layout::columns, room_));
    for (std::size_t c = 0; c != layout::columns; ++c) at_[c] = body + place(c, room_);
    for (std::size_t c = 0; c != layout::columns; ++c)
      if (layout::forms[c].ragged()) std::memset(at_[c], 0, layout::forms[c].width);
    row_ = 0;
    for (auto& t : tails_) t.clear();
  }
  void put(wire::buffer& out, const T& x) {
    layout::check(x);  // before anything of it is written
    if (row_ == room_) [[unlikely]]
      widen(out, 1);
    layout::each(x, [this]<std::size_t C>(std::integral_constant<std::size_t, C>, const auto& part) {
      using P = std::remove_cvref_t<decltype(part)>;
      if constexpr (std::same_as<P, std::string>) {
        auto& text = tails_[layout::template tail_of<C>];
        text.append(part);
        put_little(at_[C] + 8 * (row_ + 1), std::uint64_t{text.size()});
      } else if constexpr (column_number<P>) {
        put_number(at_[C] + sizeof(P) * row_, part);
      } else if constexpr (free_extents<P>() == 0) {
        with_elements(part, [this](const auto* from, std::size_t n) {
          copy_little<sizeof *from>(at_[C] + layout::forms[C].width * row_, reinterpret_cast<const char*>(from),
                                    sizeof *from * n);
        });
      } else {
        put_ragged<C>(part);
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
    for (auto const& t : tails_) all += t.size();
    return all;
  }
  void end(wire::buffer& out, std::size_t count) {
    char* const body = out.data();
    std::size_t filled = layout::header_size;
    for (std::size_t c = 0; c != layout::columns; ++c) {
      const std::size_t to = place(c, count);
      if (body + to != at_[c]) std::memmove(body + to, at_[c], layout::forms[c].bytes(count));
      std::memset(body + filled, 0, to - filled);
      filled = to + layout::forms[c].bytes(count);
    }
    out.advance(place(layout::columns, count));
    columns_header header(layout::columns + layout::tails, count);
    std::size_t t = 0;
    for (std::size_t c = 0; c != layout::columns; ++c) {
      header.add(layout::forms[c].type, place(c, count), layout::forms[c].bytes(count));
      if (!layout::forms[c].ragged()) continue;
      pad_columns(out);
      header.add(layout::forms[c].tail, out.size(), tails_[t].size());
      out.append(tails_[t++].view());
    }
    std::memcpy(out.data(), header.bytes(), header.size());
  }

 private:
  /// Where column `c` begins in a batch of `n`; with the number of columns, where the last one ends.
  static constexpr std::size_t place(std::size_t c, std::size_t n) {
    std::size_t at = layout::header_size;
    for (std::size_t i = 0; i != c; ++i) at = column_place(at) + layout::forms[i].bytes(n);
    return c == layout::columns ? at : column_place(at);
  }
  [[gnu::noinline, gnu::cold]] void widen(wire::buffer& out, std::size_t more) {
    room_ = std::max(2 * room_, room_ + more);
    char* const old = out.data();
    constexpr std::size_t last = layout::columns - 1;
    out.advance(static_cast<std::size_t>(at_[last] - old) + layout::forms[last].bytes(row_));  // what growing has to keep
    char* const body = out.grow(place(layout::columns, room_) - out.size()) - out.size();
    out.clear();
    for (std::size_t c = layout::columns; c-- != 0;) {
      char* const from = body + (at_[c] - old);
      at_[c] = body + place(c, room_);
      std::memmove(at_[c], from, layout::forms[c].bytes(row_));
    }
  }

  /// A tensor with free extents: its elements, where they end, and the extents where there are several.
  template <std::size_t C, class P>
  void put_ragged(const P& part) {
    using traits = tensor_traits<P>;
    constexpr std::size_t width = layout::forms[C].width;
    auto& tail = tails_[layout::template tail_of<C>];
    with_elements(part, [&](const auto* from, std::size_t n) {
      copy_little<sizeof *from>(tail.grow(sizeof *from * n), reinterpret_cast<const char*>(from), sizeof *from * n);
      tail.advance(sizeof *from * n);
    });
    char* const next = at_[C] + width * (row_ + 1);
    std::memset(next, 0, width);
    put_little(next, std::uint64_t{tail.size() / sizeof(typename traits::element)});
    if constexpr (width > 8) {
      char* at = next - width + 8;
      const auto shape = traits::shape(part);
      for (std::size_t i = 0; i != shape.size(); ++i)
        if (traits::extents[i] == any_extent) at = put_little(at, std::uint64_t{shape[i]});
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
  std::array<wire::buffer, layout::tails> tails_{};
};

/// Reads elements out of the columns of a batch, which it has checked.
template <class T>
class columns_reader {
  using layout = column_layout<T>;

 public:
  explicit columns_reader(std::string_view body) : rows_(read_columns(body, layout::forms, found_)) {}

  std::size_t rows() const { return rows_; }
  /// The only column.
  const char* data() const { return found_[0].data; }
  T operator[](std::size_t row) const {
    return layout::make([this, row]<std::size_t C, class P>(std::integral_constant<std::size_t, C>, std::type_identity<P>) {
      if constexpr (std::same_as<P, std::string>) {
        return column_text(found_[C], row);
      } else if constexpr (std::same_as<P, bool>) {
        return column_truth(found_[C].data[row]);
      } else if constexpr (column_number<P>) {
        return std::bit_cast<P>(get_little<bits_of<P>>(found_[C].data + sizeof(P) * row));
      } else {
        constexpr std::size_t unit = sizeof(typename tensor_traits<P>::element), width = layout::forms[C].width;
        auto shape = tensor_traits<P>::extents;
        if constexpr (free_extents<P>() == 0)
          return tensor_of<P>(shape, {found_[C].data + width * row, width});
        else
          return tensor_of<P>(shape, column_cells(found_[C], row, unit, shape));
      }
    });
  }

 private:
  column found_[layout::columns];
  std::size_t rows_;
};

}  // namespace wire

/// The wire of columns: a batch is one raw little-endian buffer a field, which `map_batches` sees as numpy arrays. For
/// arithmetic types, std::string, arrays and vectors of numbers and what has `tensor_traits`, optionals of these, and tuples,
/// pairs, arrays and structs of all.
struct columns {
  static constexpr std::string_view name = "columns";
  /// Bytes of a full batch for `map_batches`.
  static constexpr std::size_t batch_bytes = wire::columns_batch_bytes;
  /// Large batches travel in memory that both processes see.
  static constexpr bool shared_memory = true;

  template <class T>
  static constexpr bool encodable = wire::has_columns<std::decay_t<T>>;
  template <class T>
  static constexpr bool decodable = wire::reads_columns<std::decay_t<T>>();

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
