// expect: leat: this argument must be a sink, such as count(), or stages that end in one; docs/errors.md#sink-argument
#include <leat/native.hpp>

#include <vector>

int main() {
  auto positive = [](int x) { return x > 0; };
  return (std::vector{1, 2} | leat::partition_by(positive, positive)).first;
}
