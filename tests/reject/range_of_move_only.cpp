// expect: leat: parallelize copies the elements of this range, and they only move; std::move the range;
// expect: docs/errors.md#kept-element
#include <leat/run/context.hpp>

#include <memory>
#include <vector>

int main() {
  leat::context ctx;
  std::vector<std::unique_ptr<int>> v(2);
  return static_cast<int>(ctx.parallelize(v).count());
}
