// expect: leat: cartesian goes through its range for each element, so it must be one that can be read again, such as a vector;
// expect: docs/errors.md#cartesian-range
#include <leat/native.hpp>

#include <vector>

int main() {
  const std::vector v{1, 2};
  return static_cast<int>(v | leat::cartesian(v | leat::filter([](int x) { return x > 1; })) | leat::count());
}
