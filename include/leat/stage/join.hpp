// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_JOIN_HPP
#define LEAT_STAGE_JOIN_HPP

#include <leat/core/pipeline.hpp>
#include <leat/core/range_concepts.hpp>

#include <string>
#include <string_view>

namespace leat::core {

template <class R>
concept range_of_text = std::ranges::input_range<R> && std::convertible_to<std::ranges::range_reference_t<R>, std::string_view>;

template <class In, class Next>
struct join_node {
  using range = std::remove_reference_t<In>;

  std::string separator;
  Next next;

  constexpr bool start(start_info n) { return next.start(n); }
  constexpr bool operator()(In&& x) {
    std::string text;
    if constexpr (std::ranges::forward_range<range> && std::is_lvalue_reference_v<std::ranges::range_reference_t<range>>) {
      std::size_t size = 0;
      for (auto& item : x) size += std::string_view(item).size() + separator.size();
      text.reserve(size);
    }
    bool first = true;
    for (auto&& item : x) {
      if (!first) text += separator;
      first = false;
      text += std::string_view(item);
    }
    return next(std::move(text));
  }
  constexpr void finish() { next.finish(); }
};

struct [[nodiscard]] join_stage : stage_base {
  static constexpr bool per_element = true;
  static constexpr bool at_most_one = true;

  std::string separator;

  constexpr explicit join_stage(std::string_view s) : separator(s) {}

  template <class In>
  using result = std::string;

  template <class In>
  static consteval bool accepts() {
    constexpr bool text = core::range_of_text<std::remove_reference_t<In>>;
    static_assert(text || core::undeclared<In, text>(),
                  "leat: join needs elements that are ranges of text, such as std::vector<std::string>; to put all elements "
                  "into one text, end with to_text(); docs/errors.md#join-element");
    return text;
  }

  template <class In, class Self, class Next>
  static constexpr join_node<In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).separator, std::move(next)};
  }
};

struct join_fn {
  constexpr join_stage operator()(std::string_view separator) const { return join_stage(separator); }
  constexpr join_stage operator()(char separator) const { return join_stage(std::string_view(&separator, 1)); }
};

}  // namespace leat::core

namespace leat {

/// Puts the texts of each element, a range, into one `std::string` with `separator` between them.
inline constexpr core::join_fn join{};

}  // namespace leat

#endif
