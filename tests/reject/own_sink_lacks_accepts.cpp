// expect: leat: a sink needs accepts<In>() and state<In>; docs/errors.md#own-sink
#include <leat/native.hpp>

#include <vector>

struct product : leat::sink_base {
  template <class In>
  struct state {
    int all = 1;
    constexpr bool start(leat::start_info) { return true; }
    constexpr bool operator()(In&& x) {
      all *= x;
      return true;
    }
    constexpr int result() { return all; }
  };
};

int main() {
  return std::vector{1} | leat::map([](int x) { return x; }) | product();
}
