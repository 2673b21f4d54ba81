// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_SPLIT_HPP
#define LEAT_STAGE_SPLIT_HPP

#include <leat/core/error.hpp>
#include <leat/core/pipeline.hpp>

#include <string>
#include <string_view>

namespace leat::core {

/// Splits at each `separator`; empty pieces count.
template <class S>
struct separator_splitter {
  S separator;

  // Calls f(piece) until it says false.
  template <class F>
  constexpr bool operator()(std::string_view text, F f) const {
    for (;;) {
      const std::size_t at = text.find(separator);
      if (at == text.npos) return f(text);
      if (!f(text.substr(0, at))) return false;
      text.remove_prefix(at + width());
    }
  }

 private:
  constexpr std::size_t width() const {
    if constexpr (std::same_as<S, char>)
      return 1;
    else
      return separator.size();
  }
};

/// Splits at runs of what Python takes for white space, in UTF-8; no piece is empty.
struct space_splitter {
  template <class F>
  constexpr bool operator()(std::string_view text, F f) const {
    std::size_t at = 0;
    for (;;) {
      for (std::size_t n = 1; at != text.size() && (n = space(text, at)) != 0;) at += n;
      if (at == text.size()) return true;
      const std::size_t from = at;
      while (at != text.size() && space(text, at) == 0) ++at;
      if (!f(text.substr(from, at - from))) return false;
    }
  }

 private:
  // How many bytes the white space at text[at] has; 0: it is none.
  static constexpr std::size_t space(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(at + i < text.size() ? text[at + i] : '\0'); };
    const unsigned char c = byte(0);
    if (c <= ' ') return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    if (c < 0xc2 || c > 0xe3) return 0;
    if (c == 0xc2) return byte(1) == 0x85 || byte(1) == 0xa0 ? 2 : 0;  // U+0085, U+00A0
    const unsigned char d = byte(1), e = byte(2);
    const bool wide = (c == 0xe1 && d == 0x9a && e == 0x80)  // U+1680
                      || (c == 0xe2 && d == 0x80 &&
                          ((e >= 0x80 && e <= 0x8a) || e == 0xa8  // U+2000 to U+200A, U+2028
                           || e == 0xa9 || e == 0xaf))            // U+2029, U+202F
                      || (c == 0xe2 && d == 0x81 && e == 0x9f)    // U+205F
                      || (c == 0xe3 && d == 0x80 && e == 0x80);   // U+3000
    return wide ? 3 : 0;
  }
};

template <class Splitter, class Piece, class In, class Next>
struct split_node {
  Splitter split;
  Next next;

  constexpr bool start(start_info n) { return next.start(n.any()); }
  constexpr bool operator()(In&& x) {
    return split(std::string_view(x), [this](std::string_view piece) { return next(Piece(piece)); });
  }
  constexpr void finish() { next.finish(); }
};

template <class Splitter>
struct [[nodiscard]] split_stage : stage_base {
  static constexpr bool per_element = true;

  Splitter split;

  constexpr explicit split_stage(Splitter s) : split(std::move(s)) {}

  template <class In>
  using result = std::conditional_t<std::same_as<value_t<In>, std::string_view>, std::string_view, std::string>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool text = std::convertible_to<const std::remove_reference_t<In>&, std::string_view>;
    static_assert(text || core::undeclared<In, text>(),
                  "leat: split needs text, such as std::string or std::string_view; docs/errors.md#split-element");
    return text;
  }

  template <class In, class Self, class Next>
  static constexpr split_node<Splitter, result<In>, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).split, std::move(next)};
  }
};

struct split_fn {
  constexpr auto operator()() const { return split_stage<space_splitter>({}); }
  constexpr auto operator()(char separator) const { return split_stage<separator_splitter<char>>({separator}); }
  constexpr auto operator()(std::string_view separator) const {
    if (separator.empty()) throw usage_error("split: the separator is empty");
    return split_stage<separator_splitter<std::string>>({std::string(separator)});
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on the pieces of each text between separators, as Python's `str.split`: by default at runs of white space. Pieces of
/// a `std::string_view` are such, of any other text `std::string`s. Throws `usage_error` where the separator is empty.
inline constexpr core::split_fn split{};

}  // namespace leat

#endif
