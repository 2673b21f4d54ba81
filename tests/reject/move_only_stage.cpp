// expect: leat: each task copies its functions, and this one only moves; capture a shared_ptr instead;
// expect: docs/errors.md#move-only-on-dataset
#include <leat/run/context.hpp>
#include <leat/stage/map.hpp>

#include <memory>

int main() {
  leat::context ctx;
  auto add = [k = std::make_unique<int>(3)](std::int64_t x) { return x + *k; };
  return static_cast<int>(ctx.range(3) | leat::map(std::move(add)) | leat::sum());
}
