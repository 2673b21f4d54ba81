// expect: leat: the merge function of fold must take two accumulators and return one; docs/errors.md#fold-merge
#include <leat/native.hpp>

#include <string>
#include <vector>

int main() {
  auto longer = [](std::size_t n, const std::string& s) { return std::max(n, s.size()); };
  return static_cast<int>(std::vector<std::string>{"a"} | leat::fold(std::size_t{0}, longer, longer));
}
