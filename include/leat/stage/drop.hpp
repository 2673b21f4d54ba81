// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_DROP_HPP
#define LEAT_STAGE_DROP_HPP

#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>
#include <leat/kit/cut.hpp>

namespace leat::core {

/// A range in memory behind its first `n` elements.
template <class H>
class drop_range : public std::conditional_t<H::owns, core::no_view, std::ranges::view_base> {
 public:
  static constexpr bool owns_elements = H::owns;

  constexpr drop_range(H held, std::size_t n) : held_(std::move(held)), n_(n) {}

  constexpr auto begin() { return from(held_.get()); }
  constexpr auto end() { return until(held_.get()); }
  constexpr auto begin() const
    requires std::ranges::contiguous_range<decltype(std::declval<const H&>().get())>
  {
    return from(held_.get());
  }
  constexpr auto end() const
    requires std::ranges::contiguous_range<decltype(std::declval<const H&>().get())>
  {
    return until(held_.get());
  }

 private:
  template <class R>
  constexpr auto from(R& r) const {
    const auto size = static_cast<std::size_t>(std::ranges::size(r));
    return std::ranges::data(r) + (n_ < size ? n_ : size);
  }
  template <class R>
  static constexpr auto until(R& r) {
    return std::ranges::data(r) + std::ranges::size(r);
  }

  H held_;
  std::size_t n_;
};

template <class In, class Next>
struct drop_node {
  std::size_t left;
  Next next;

  constexpr bool start(start_info n) { return next.start(core::without(n, left)); }
  constexpr bool operator()(In&& x) {
    if (left == 0) return next(std::forward<In>(x));
    --left;
    return true;
  }
  constexpr void finish() { next.finish(); }
};

struct [[nodiscard]] drop_stage : stage_base {
  static constexpr bool at_most_one = true;

  std::size_t n;

  constexpr explicit drop_stage(std::size_t count) : n(count) {}

  template <class In>
  using result = In;

  template <class In>
  static consteval bool accepts() {
    return true;
  }

  template <class In, class Self, class Next>
  static constexpr drop_node<In, Next> bind(Self&& self, Next next) {
    return {self.n, std::move(next)};
  }

  /// Directly behind a range in memory: a range in memory again.
  template <core::memory_source Src>
  constexpr auto apply(Src&& source) && {
    using range = drop_range<decltype(std::remove_cvref_t<Src>::held)>;
    return core::bound<core::owned<range>, core::identity>({range(std::forward<Src>(source).held, n)}, {});
  }
};

struct drop_fn {
  template <std::integral N>
  constexpr drop_stage operator()(N n) const {
    return drop_stage(core::checked_count("drop", n));
  }
};

}  // namespace leat::core

namespace leat {

/// Leaves out the first `n` elements and passes on the others. Throws `usage_error` where `n` is negative.
inline constexpr core::drop_fn drop{};

}  // namespace leat

#endif
