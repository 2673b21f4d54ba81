// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_VIEWS_HPP
#define LEAT_STAGE_VIEWS_HPP

#include <leat/core/pipeline.hpp>

#include <range/v3/range/concepts.hpp>
#include <range/v3/view/view.hpp>

#include <memory>
#include <vector>

namespace leat::core {

/// A range in the form in which range-v3 and the standard library take one as a view: copies share it.
template <class R>
class shared_range : public ranges::view_base, public std::ranges::view_base {
 public:
  shared_range() = default;
  explicit shared_range(R r) : range_(std::make_shared<R>(std::move(r))) {}

  auto begin() const { return std::ranges::begin(*range_); }
  auto end() const { return std::ranges::end(*range_); }
  auto size() const
    requires std::ranges::sized_range<R>
  {
    return std::ranges::size(*range_);
  }

 private:
  std::shared_ptr<R> range_{};
};

template <class C, class In, class Next>
struct views_node {
  C closure;
  Next next;
  std::vector<value_t<In>> all{};
  bool more = true;

  bool start(start_info n) {
    if (n.known == start_info::exact) all.reserve(n.n);
    return more = next.start(n.any());
  }
  bool operator()(In&& x) {
    all.push_back(std::forward<In>(x));
    return true;
  }
  void finish() {
    if (more) {
      using collected = shared_range<std::vector<value_t<In>>>;
      using view = std::invoke_result_t<C&, collected>;
      view adapted = std::invoke(closure, collected(std::move(all)));
      core::push_each<std::ranges::range_value_t<view>>(adapted, next);
    }
    next.finish();
  }
};

template <class C>
struct [[nodiscard]] views_stage : stage_base {
  C closure;

  constexpr explicit views_stage(C c) : closure(std::move(c)) {}

  template <class R>
  static consteval bool adapts() {
    constexpr bool adapted = std::ranges::input_range<call_result_t<C&, R>>;
    static_assert(
        adapted,
        "leat: the adaptor of views must take a range of these elements, read once from the front, and yield one; see C "
        "and R above; docs/errors.md#views-adaptor");
    return adapted;
  }

  /// Behind a plain source: adapts what comes out of it, pulled, and is a source again.
  template <class Src>
    requires core::is_bound<std::remove_cvref_t<Src>>
  auto apply(Src&& src) && {
    using bound = std::remove_cvref_t<Src>;
    if constexpr (std::same_as<decltype(bound::pipeline), core::identity>)
      return of_range(std::forward<Src>(src).held);
    else
      return adapt(shared_range<bound>(std::forward<Src>(src)));
  }

  // Inside a pipeline whose source is elsewhere: adapts all the elements, collected.
  template <class In>
  using collected = shared_range<std::vector<value_t<In>>>;
  template <class In>
  struct adapted {
    using type = core::poison;
  };
  template <class In>
    requires std::ranges::input_range<call_result_t<C&, collected<In>>>
  struct adapted<In> {
    using type = std::ranges::range_value_t<call_result_t<C&, collected<In>>>;
  };
  template <class In>
  using result = typename adapted<In>::type;

  template <class In>
  static consteval bool accepts() {
    return adapts<collected<In>>();
  }

  template <class In, class Self, class Next>
  static views_node<C, In, Next> bind(Self&& self, Next next) {
    return {std::forward<Self>(self).closure, std::move(next)};
  }

 private:
  template <class R>
  auto of_range(core::borrowed<R> held) {
    return adapt(held.get());
  }
  template <class R>
  auto of_range(core::owned<R> held) {
    if constexpr (std::ranges::view<R> && std::invocable<C&, R>)
      return adapt(std::move(held.r));
    else
      return adapt(shared_range<R>(std::move(held.r)));
  }
  template <class R>
  auto adapt(R&& range) {
    if constexpr (adapts<R>())
      return core::source_of(std::invoke(closure, std::forward<R>(range)));
    else
      return core::poison{};
  }
};

struct views_fn {
  template <class C>
  constexpr auto operator()(C closure) const {
    return views_stage<C>(std::move(closure));
  }
};

}  // namespace leat::core

namespace leat {

/// Any adaptor of range-v3 or `std::views` as a stage: `views(rv::chunk(3))`. What stands before it is pulled through it. Where
/// the source is not known (in `per_partition`, in a pipeline that a dataset runs) it adapts all elements, collected.
inline constexpr core::views_fn views{};

namespace core {

// range-v3 takes no temporary pipeline for a view, since its functions cannot be assigned.
template <class H, class P, class F>
auto operator|(bound<H, P>&& pipeline, ranges::views::view_closure<F> closure) {
  return std::move(closure)(shared_range<bound<H, P>>(std::move(pipeline)));
}

}  // namespace core

}  // namespace leat

#endif
