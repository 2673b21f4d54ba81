// expect: leat: this element type cannot be sent to Python; map it to a type of the table in docs/types.md first;
// expect: docs/errors.md#python-encode
#include <leat/python/python.hpp>
#include <leat/sink/count.hpp>

#include <system_error>
#include <vector>

int main() {
  leat::python py;
  return static_cast<int>(std::vector<std::error_code>(1) | py.map<int>("lambda p: p.x") | leat::count());
}
