// expect: leat: the adaptor of views must take a range of these elements, read once from the front, and yield one; see C and R
// above; expect: docs/errors.md#views-adaptor
#include <leat/native.hpp>
#include <leat/stage/views.hpp>

#include <range/v3/view/reverse.hpp>

#include <vector>

int main() {
  const std::vector v{1, 2};
  return v | leat::filter([](int x) { return x > 1; }) | leat::views(ranges::views::reverse) | leat::sum();
}
