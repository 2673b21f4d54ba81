// expect: leat: two sources; only the first in a pipeline may be a range; docs/errors.md#two-sources
#include <leat/native.hpp>

#include <vector>

int main() {
  std::vector<int> a{1}, b{2};
  auto same = [](int x) { return x; };
  return (a | leat::map(same)) | (b | leat::map(same)) | leat::sum();
}
