// expect: leat: the function of chunk_by must say of two const elements whether they belong together, or yield a key with
// expect: docs/errors.md#chunk-by-call
#include <leat/native.hpp>

#include <vector>

struct day {
  int number;
};

int main() {
  return static_cast<int>(std::vector{1, 2} | leat::chunk_by([](int x) { return day{x}; }) | leat::count());
}
