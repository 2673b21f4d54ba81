// expect: leat: this argument must be a sink, such as count(), or stages that end in one; docs/errors.md#sink-argument
#include <leat/native.hpp>

#include <vector>

int main() {
  auto results = std::vector{1, 2} | leat::tee(leat::count(), leat::map([](int x) { return x; }));
  return static_cast<int>(std::get<0>(results));
}
