// SPDX-License-Identifier: BSL-1.0
#include <leat/shuffle/memory.hpp>

namespace leat::core {

LEAT_DECL void memory_account::refuse(std::size_t needed, std::size_t bytes, const char* what) const {
  throw memory_limit_exceeded(
      "the memory limit of " + std::to_string(limit_) + " bytes does not hold " + what + ": it asked for " +
      std::to_string(bytes) + " bytes more, " + std::to_string(needed) +
      " in all; raise context_options::memory_limit or LEAT_MEMORY_LIMIT, use more partitions where results are "
      "not kept, or drop what is cached");
}

}  // namespace leat::core
