// expect: leat: this argument must be a sink, such as count(), or stages that end in one; docs/errors.md#sink-argument
#include <leat/native.hpp>

#include <functional>
#include <vector>

int main() { return std::vector{1, 2} | leat::chunk_by(std::equal_to{}, std::plus{}) | leat::sum(); }
