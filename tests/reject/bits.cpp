// expect: leat: a 64-bit machine is needed, whose pointers have 64 bits; compile for one, without -m32 or -mx32;
// expect: docs/errors.md#64-bit
#undef __SIZEOF_POINTER__
#define __SIZEOF_POINTER__ 4  // as compilers say for 32-bit targets, whose headers few machines have
#include <leat/core/config.hpp>

int main() {}
