// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SOURCE_TEXT_LINES_HPP
#define LEAT_SOURCE_TEXT_LINES_HPP

#include <leat/core/pipeline.hpp>

#include <string_view>

namespace leat::core {

/// The lines of a text in memory. See `text_lines`.
class text_lines_range : public std::ranges::view_base {
 public:
  class iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;
    using reference = std::string_view;
    using pointer = void;

    iterator() = default;
    constexpr explicit iterator(std::string_view text) : rest_(text) { cut(); }

    constexpr std::string_view operator*() const { return rest_.substr(0, length_); }
    constexpr iterator& operator++() {
      rest_.remove_prefix(length_ + end_);
      cut();
      return *this;
    }
    constexpr iterator operator++(int) {
      iterator old = *this;
      ++*this;
      return old;
    }
    friend constexpr bool operator==(const iterator& a, const iterator& b) { return a.rest_.size() == b.rest_.size(); }
    friend constexpr bool operator==(const iterator& i, std::default_sentinel_t) { return i.rest_.empty(); }

   private:
    // The next LF is remembered, so that a text whose lines end in CR is searched for it only once.
    constexpr void cut() {
      if (lf_ >= rest_.size()) {
        const std::size_t at = rest_.find('\n');
        lf_ = at == std::string_view::npos ? 0 : rest_.size() - at;
      }
      const std::size_t before = rest_.size() - lf_;
      length_ = rest_.substr(0, before).find('\r');
      if (length_ == std::string_view::npos) {
        length_ = before;
        end_ = lf_ != 0;
      } else {
        end_ = length_ + 1 == before && lf_ != 0 ? 2 : 1;
      }
    }

    static constexpr std::size_t unknown = static_cast<std::size_t>(-1);
    std::string_view rest_{};
    std::size_t lf_ = unknown;  // how far from the end of the text the next LF is; 0: there is none
    std::size_t length_ = 0, end_ = 0;
  };

  text_lines_range() = default;
  constexpr explicit text_lines_range(std::string_view text) : text_(text) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") text_.remove_prefix(3);
  }
  constexpr iterator begin() const { return iterator(text_); }
  constexpr std::default_sentinel_t end() const { return {}; }

 private:
  std::string_view text_{};
};

struct text_lines_fn {
  template <class T>
  static consteval bool accepts() {
    constexpr bool path = requires { requires std::remove_cvref_t<T>::is_path; };  // its text is not meant
    constexpr bool text = std::convertible_to<T, std::string_view> && !path;
    static_assert(text, "leat: text_lines takes a text (std::string_view); docs/errors.md#text-lines-text");
    constexpr bool lives = std::is_lvalue_reference_v<T> || std::ranges::enable_borrowed_range<std::remove_cvref_t<T>> ||
                           std::is_pointer_v<std::remove_cvref_t<T>>;
    static_assert(
        !text || lives,
        "leat: text_lines borrows its text, and this one is a temporary that ends before its lines are read; keep it in a "
        "variable; docs/errors.md#text-lines-temporary");
    return text && lives;
  }
  template <class T>
  constexpr auto operator()(T&& text) const {
    if constexpr (accepts<T>())
      return text_lines_range(std::string_view(text));
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// The lines of a text in memory, as `std::string_view` into it, without their ends: LF, CR LF or a lone CR. A byte order mark
/// at the start is dropped.
inline constexpr core::text_lines_fn text_lines{};

}  // namespace leat

template <>
inline constexpr bool std::ranges::enable_borrowed_range<leat::core::text_lines_range> = true;

#endif
