// expect: leat: this sink cannot merge the results of two partitions; give it a merge function, or collect() first;
// expect: docs/errors.md#no-merge
#include <leat/run/context.hpp>

#include <string>
#include <vector>

int main() {
  leat::context ctx;
  auto words = ctx.parallelize(std::vector<std::string>{"a", "bc"});
  auto length = [](std::size_t n, const std::string& w) { return n + w.size(); };
  return static_cast<int>(words.fold(std::size_t{0}, length));
}
