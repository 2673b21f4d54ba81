// expect: leat: this argument must be a sink, such as count(), or stages that end in one; docs/errors.md#sink-argument
#include <leat/native.hpp>

#include <vector>

int main() { return std::vector{1, 2} | leat::chunk(2, leat::take(1)) | leat::sum(); }
