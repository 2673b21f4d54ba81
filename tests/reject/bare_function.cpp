// expect: leat: what follows must be a stage, a sink or a range adaptor; wrap a function in map(f); docs/errors.md#not-a-stage
#include <leat/native.hpp>

#include <vector>

int main() {
  return std::vector{1, 2} | leat::filter([](int x) { return x > 1; }) | [](int x) { return x * x; } | leat::sum();
}
