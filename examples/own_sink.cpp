// SPDX-License-Identifier: BSL-1.0
// A sink of one's own: how far the elements spread. With `merge` it works on datasets too.
#include <leat/native.hpp>
#include <leat/run/context.hpp>

#include <algorithm>
#include <cstdio>
#include <vector>

struct spread : leat::sink_base {
  template <class In>
  static consteval bool accepts() {
    constexpr bool number = std::is_arithmetic_v<leat::value_t<In>>;
    static_assert(number, "spread needs numbers; map the elements first");
    return number;
  }

  template <class In>
  struct state {
    using number = leat::value_t<In>;
    number low{}, high{};
    bool any = false;

    constexpr bool start(leat::start_info) { return true; }
    constexpr bool operator()(In&& x) {
      include(x, x);
      return true;
    }
    constexpr void merge(state&& other) {
      if (other.any) include(other.low, other.high);
    }
    constexpr number result() { return high - low; }

   private:
    constexpr void include(number least, number greatest) {
      low = any ? std::min(low, least) : least;
      high = any ? std::max(high, greatest) : greatest;
      any = true;
    }
  };
};

int main() {
  const std::vector<int> v{3, -2, 8};
  std::printf("%d\n", v | spread());
  std::printf("%d\n", v | leat::filter([](int x) { return x > 0; }) | spread());

  leat::context ctx;
  std::printf("%d\n", ctx.parallelize(v, 3) | spread());
}
