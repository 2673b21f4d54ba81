// expect: leat: the keys of a std::map need <, those of a std::unordered_map need == and std::hash; choose another key
// expect: docs/errors.md#map-key
#include <leat/native.hpp>

#include <utility>
#include <vector>

// A pair has no std::hash.
int main() {
  auto key = [](int x) { return std::pair(x, x); };
  return static_cast<int>((std::vector{1} | leat::group_into(key, leat::count())).size());
}
