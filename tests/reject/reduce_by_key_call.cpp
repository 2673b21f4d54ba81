// expect: leat: the function of reduce_by_key must be copyable, take two values of a key and return one; see Op and V above;
// expect: docs/errors.md#reduce-by-key-call
#include <leat/run/context.hpp>
#include <leat/run/operation/reduce_by_key.hpp>

#include <string>
#include <vector>

int main() {
  leat::context ctx;
  auto pairs = ctx.parallelize(std::vector<std::pair<int, std::string>>{{1, "a"}});
  auto length = [](std::size_t n, const std::string& w) { return n + w.size(); };
  return static_cast<int>((pairs | leat::reduce_by_key(length)).count());
}
