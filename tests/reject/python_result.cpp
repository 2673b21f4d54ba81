// expect: leat: this result cannot be decoded from Python; declare void, leat::opaque or a type of the table in docs/types.md;
// expect: docs/errors.md#python-decode
#include <leat/python/call.hpp>
#include <leat/python/python.hpp>

#include <string_view>

int main() {
  leat::python py;
  auto name = py.function<std::string_view(int)>("names:of");
  return static_cast<int>(name(1).size());
}
