// expect: leat: the state of a sink needs start(start_info), operator()(In&&), both of which return bool, and result();
// expect: docs/errors.md#own-sink
#include <leat/native.hpp>

#include <vector>

struct product : leat::sink_base {
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In>
  struct state {
    int all = 1;
    constexpr bool start(leat::start_info) { return true; }
    constexpr bool operator()(In&& x) {
      all *= x;
      return true;
    }
  };
};

int main() {
  return std::vector{1} | leat::map([](int x) { return x; }) | product();
}
