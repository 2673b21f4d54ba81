// expect: leat: the function of reduce must take two elements and return one; use fold for a result of another type;
// expect: docs/errors.md#reduce-call
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() {
  auto lengths = [](std::size_t n, const std::string& s) { return n + s.size(); };
  return static_cast<int>((std::vector<std::string>{"a"} | leat::reduce(lengths)).size());
}
