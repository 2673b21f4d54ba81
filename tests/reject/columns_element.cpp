// expect: leat: this element type cannot be sent to Python; map it to a type of the table in docs/types.md first;
// expect: docs/errors.md#python-encode
#include <leat/python/python.hpp>
#include <leat/sink/count.hpp>
#include <leat/wire/columns.hpp>

#include <string>
#include <vector>

int main() {
  leat::python<leat::columns> py;
  const std::vector<std::vector<std::string>> lists{{"a", "b"}};
  return static_cast<int>(lists | py.map_batches<int>("lambda a: a") | leat::count());
}
