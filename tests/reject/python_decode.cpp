// expect: leat: Python results cannot be decoded to this type; declare a type of the table in docs/types.md;
// expect: docs/errors.md#python-decode
#include <leat/python/python.hpp>
#include <leat/sink/count.hpp>

#include <system_error>
#include <vector>

int main() {
  leat::python py;
  return static_cast<int>(std::vector{1} | py.map<std::error_code>("lambda x: (x, x)") | leat::count());
}
