// SPDX-License-Identifier: BSL-1.0
#include <leat/run/context.hpp>
#include <leat/run/source/numbers.hpp>
#include <leat/run/source/text.hpp>

namespace leat {

LEAT_DECL context::context(context_options options) {
  if (core::current_task() != nullptr)
    throw usage_error("a context cannot be made inside a task; datasets of the context outside can be used there");
  engine_ = core::engine::make(core::resolved(std::move(options)));
}

LEAT_DECL context::~context() {
  if (engine_ != nullptr) engine_->close();
}

LEAT_DECL dataset<std::int64_t> context::range(std::int64_t n) const { return range(0, n); }
LEAT_DECL dataset<std::int64_t> context::range(std::int64_t first, std::int64_t last, std::size_t partitions) const {
  return dataset<std::int64_t>(core::make_node<core::numbers>(engine_, first, last, parts("range", partitions)));
}

LEAT_DECL dataset<file> context::files_of(std::vector<file> found, std::size_t partitions) const {
  return dataset<file>(core::make_node<core::file_set>(engine_, std::move(found), partitions));
}

LEAT_DECL dataset<std::string> context::lines_of(std::vector<file> found, std::size_t partitions) const {
  return dataset<std::string>(core::make_node<core::line_set>(engine_, std::move(found), partitions));
}

}  // namespace leat
