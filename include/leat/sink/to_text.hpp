// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_TO_TEXT_HPP
#define LEAT_SINK_TO_TEXT_HPP

#include <leat/core/pipeline.hpp>

#include <string>
#include <string_view>

namespace leat::core {

struct to_text_sink : sink_base {
  static constexpr bool keeps_elements = true;

  std::string separator;

  constexpr explicit to_text_sink(std::string between) : separator(std::move(between)) {}

  template <class In>
  static consteval bool accepts() {
    constexpr bool text = std::convertible_to<In, std::string_view>;
    static_assert(text || core::undeclared<In, text>(),
                  "leat: to_text needs text elements; map to std::string first; docs/errors.md#to-text-element");
    return text;
  }

  template <class In>
  struct state {
    std::string separator, all{};
    bool any = false;

    constexpr explicit state(const to_text_sink& k) : separator(k.separator) {}
    constexpr explicit state(to_text_sink&& k) : separator(std::move(k.separator)) {}

    constexpr bool start(start_info) { return true; }
    constexpr bool operator()(In&& x) {
      add(static_cast<std::string_view>(std::forward<In>(x)));
      return true;
    }
    constexpr void merge(state&& other) {
      if (other.any) add(other.all);
    }
    constexpr std::string result() { return std::move(all); }

   private:
    constexpr void add(std::string_view text) {
      if (any) all += separator;
      all += text;
      any = true;
    }
  };
};

}  // namespace leat::core

namespace leat {

/// All elements, which are text, as one `std::string`, with `separator` between them.
constexpr core::to_text_sink to_text(std::string separator = {}) { return core::to_text_sink(std::move(separator)); }

}  // namespace leat

#endif
