// SPDX-License-Identifier: BSL-1.0
// A stage of one's own: what each number adds to the one before.
#include <leat/native.hpp>

#include <cstdio>
#include <functional>
#include <vector>

template <class In, class Next>
struct differences_node {
  Next next;
  leat::value_t<In> last{};
  bool any = false;

  constexpr bool start(leat::start_info n) { return next.start(n.dropping()); }
  constexpr bool operator()(In&& x) {
    const auto before = std::exchange(last, x);
    return !std::exchange(any, true) || next(last - before);
  }
  constexpr void finish() { next.finish(); }
};

struct differences : leat::stage_base {
  static constexpr bool at_most_one = true;

  template <class In>
  using result = leat::call_result_t<std::minus<>, leat::value_t<In>, leat::value_t<In>>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool subtracts = std::invocable<std::minus<>, leat::value_t<In>, leat::value_t<In>>;
    static_assert(subtracts, "differences needs elements with -; map them to numbers first");
    return subtracts;
  }

  template <class In, class Self, class Next>
  static constexpr differences_node<In, Next> bind(Self&&, Next next) {
    return {std::move(next)};
  }
};

int main() {
  const std::vector<double> heights{2, 5, 4, 9};
  for (double d : heights | differences()) std::printf("[%.0f]", d);

  auto climbed = differences() | leat::filter([](auto d) { return d > 0; }) | leat::sum();
  std::printf(" climbed %.0f\n", heights | climbed);
  static_assert((leat::iota(0) | leat::map([](int x) { return x * x; }) | differences() | leat::take(3) | leat::sum()) == 9);
}
