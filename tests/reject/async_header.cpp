// expect: leat: async yields a std::future, whose header takes long to compile; include leat/python/async.hpp;
// docs/errors.md#async-header
#define LEAT_SEPARATE_COMPILATION
#include <leat/python/call.hpp>
#include <leat/python/python.hpp>

int main() {
  leat::python py;
  auto later = py.function<double(double)>("math:sqrt").async(2);
}
