// expect: leat: a sink ends a pipeline; nothing may follow it; docs/errors.md#sink-in-middle
#include <leat/native.hpp>

#include <vector>

int main() {
  auto pipeline = leat::map([](int x) { return x; }) | leat::sum() | leat::filter([](int x) { return x > 1; });
  return std::vector{1, 2} | pipeline;
}
