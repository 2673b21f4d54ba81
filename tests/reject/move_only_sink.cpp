// expect: leat: each task copies the sink's function, and this one only moves; capture a shared_ptr instead;
// expect: docs/errors.md#move-only-on-dataset
#include <leat/run/context.hpp>

#include <memory>

int main() {
  leat::context ctx;
  auto add = [k = std::make_unique<int>(3)](std::int64_t a, std::int64_t b) { return a + b + *k; };
  return static_cast<int>(ctx.range(3) | leat::reduce(std::move(add)));
}
