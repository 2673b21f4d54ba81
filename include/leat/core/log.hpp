// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_LOG_HPP
#define LEAT_CORE_LOG_HPP

#include <functional>
#include <string>

namespace leat {

/// One line for the user's log: of the library itself, or of a worker process (`worker` is its pid then, otherwise 0).
struct log_record {
  enum severity { info, warning, error };

  severity level = info;
  std::string text{};
  long worker = 0;
};

/// Takes log records. It may be called from several threads, but never from two at once.
using log_callback = std::function<void(const log_record&)>;

}  // namespace leat

#endif
