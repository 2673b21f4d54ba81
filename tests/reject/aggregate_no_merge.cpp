// expect: leat: aggregate_by_key needs a sink that can be copied and that can merge two results; give it a merge function, or
// expect: use group_by_key; docs/errors.md#no-merge
#include <leat/run/context.hpp>
#include <leat/run/operation/aggregate_by_key.hpp>

#include <string>
#include <vector>

int main() {
  leat::context ctx;
  auto pairs = ctx.parallelize(std::vector<std::pair<int, std::string>>{{1, "a"}});
  auto length = [](std::size_t n, const std::string& w) { return n + w.size(); };
  return static_cast<int>((pairs | leat::aggregate_by_key(leat::fold(std::size_t{0}, length))).count());
}
