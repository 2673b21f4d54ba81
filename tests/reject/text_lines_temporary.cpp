// expect: leat: text_lines borrows its text, and this one is a temporary that ends before its lines are read; keep it in a
// variable; expect: docs/errors.md#text-lines-temporary
#include <leat/native.hpp>

#include <string>

int main() {
  auto lines = leat::text_lines(std::string("a\nb"));
  return static_cast<int>(lines | leat::count());
}
