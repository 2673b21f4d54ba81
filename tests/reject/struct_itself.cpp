// expect: leat: this struct holds itself, in a container or in another struct, so that its type in Python has no end;
// expect: docs/errors.md#struct-itself
#include <leat/leat.hpp>

#include <map>
#include <string>
#include <vector>

struct branch;
struct node {
  int value = 0;
  std::map<std::string, std::vector<branch>> branches{};
  LEAT_FIELDS(value, branches)
};
struct branch {
  std::vector<node> nodes{};
  LEAT_FIELDS(nodes)
};
struct forest {
  branch first{};
  LEAT_FIELDS(first)
};

int main() {
  leat::python py;
  return std::vector<forest>(3) | py.map<int>("len") | leat::sum();
}
