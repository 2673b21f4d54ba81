// expect: leat: a cache hands out copies, and these elements only move; keep them in a shared_ptr; docs/errors.md#cache-element
#include <leat/run/context.hpp>
#include <leat/run/operation/cache.hpp>
#include <leat/stage/map.hpp>

#include <memory>

int main() {
  leat::context ctx;
  auto boxes = ctx.range(3) | leat::map([](std::int64_t x) { return std::make_unique<std::int64_t>(x); }) | leat::cache();
  return static_cast<int>(boxes.count());
}
