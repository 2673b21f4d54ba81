// expect: leat: this value cannot be sent to Python; see the types in docs/types.md; docs/errors.md#python-encode
#include <leat/python/python.hpp>
#include <leat/sink/count.hpp>

#include <system_error>
#include <vector>

int main() {
  leat::python py;
  auto shift = py.map<int>("lambda x: x + p.x").bind("p", std::error_code());
  return static_cast<int>(std::vector{1} | shift | leat::count());
}
