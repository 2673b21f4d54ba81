// expect: leat: a sink needs accepts<In>() and state<In>; docs/errors.md#own-sink
#include <leat/native.hpp>

#include <vector>

struct product : leat::sink_base {
  template <class In>
  static consteval bool accepts() {
    return true;
  }
};

int main() {
  return std::vector{1} | leat::map([](int x) { return x; }) | product();
}
