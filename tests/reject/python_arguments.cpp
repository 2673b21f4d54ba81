// expect: leat: these arguments cannot be sent to Python; take types of the table in docs/types.md;
// docs/errors.md#python-encode
#include <leat/python/call.hpp>
#include <leat/python/python.hpp>

#include <system_error>

int main() {
  leat::python py;
  auto norm = py.function<double(std::error_code, int)>("geometry:norm");
  return static_cast<int>(norm(std::error_code(), 2));
}
