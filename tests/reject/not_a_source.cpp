// expect: leat: what stands left of a stage must be a range, a dataset or a stage; a sink yields a value, not a source;
// expect: docs/errors.md#not-a-source
#include <leat/native.hpp>

#include <vector>

int main() {
  return std::vector{1, 2} | leat::sum() | leat::map([](int x) { return x + 1; }) | leat::sum();
}
