// expect: leat: chunk_by with a sink keeps a copy of what it compares, and this cannot be copied; give it a function that
// expect: docs/errors.md#chunk-by-copy
#include <leat/native.hpp>

#include <functional>
#include <memory>
#include <vector>

int main() {
  return static_cast<int>(std::vector<std::unique_ptr<int>>(2) | leat::chunk_by(std::equal_to{}, leat::count()) |
                          leat::count());
}
