// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_CONTEXT_HPP
#define LEAT_RUN_CONTEXT_HPP

#include <leat/posix/cpus.hpp>
#include <leat/run/dataset/dataset.hpp>
#include <leat/run/operation/enumerate.hpp>
#include <leat/run/operation/take.hpp>
#include <leat/run/source/generated.hpp>
#include <leat/run/source/parallelize.hpp>
#include <leat/source/files.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace leat {

/// Where datasets come from and run: threads, a memory limit, a place for temporary files. Several can live side by side. The
/// destructor waits for actions that run in other threads. Throws `usage_error` on bad options and inside a task.
class context {
 public:
  context() : context(context_options{}) {}
  LEAT_DECL explicit context(context_options options);
  context(context&&) = default;
  context& operator=(context&&) = delete;
  LEAT_DECL ~context();

  /// The options in effect, with defaults and the environment filled in.
  const context_options& options() const { return engine_->options(); }
  std::size_t slots() const { return options().slots; }

  /// A range's elements in even partitions (as many as slots by default): copied, or moved out of an rvalue. Elements that only
  /// move can be run once.
  template <core::plain_range R>
  auto parallelize(R&& range, std::size_t partitions = 0) const {
    using value = std::ranges::range_value_t<R>;
    constexpr bool kept = std::constructible_from<value, core::element_t<std::conditional_t<core::owns_elements<R>, R, R&>>>;
    if constexpr (kept || core::owns_elements<R>)
      return dataset<value>(
          core::make_node<core::parallelized<value>>(engine_, std::forward<R>(range), parts("parallelize", partitions)));
    else {
      static_assert(kept,
                    "leat: parallelize copies the elements of this range, and they only move; std::move the range; "
                    "docs/errors.md#kept-element");
      return core::poison{};
    }
  }

  /// The integers of [0, n), or of [first, last).
  LEAT_DECL dataset<std::int64_t> range(std::int64_t n) const;
  LEAT_DECL dataset<std::int64_t> range(std::int64_t first, std::int64_t last, std::size_t partitions = 0) const;

  /// What a source makes by itself, such as `py.generate<T>(f, n)`: one task a partition.
  template <core::partitioned_source S>
  dataset<typename S::value_type> from(S source) const {
    core::part_count("from", source.partitions(), 0);
    return dataset<typename S::value_type>(core::make_node<core::generated_lineage<S>>(engine_, std::move(source)));
  }

  /// The files that `what` names, as `leat::files` finds them: consecutive runs of about the same number of bytes.
  template <class Paths = file_path>
  dataset<file> files(const Paths& what, std::size_t partitions = 0) const {
    return files_of(leat::files(what), parts("files", partitions));
  }
  dataset<file> files(std::initializer_list<file_path> list, std::size_t partitions = 0) const {
    return files_of(leat::files(list), parts("files", partitions));
  }

  /// The lines of a file, split by bytes into partitions, each line once. Throws `input_error` where it cannot be read.
  template <class Path = file_path>
  dataset<std::string> text_file(const Path& path, std::size_t partitions = 0) const {
    return lines_of(leat::files(std::vector<file_path>{path}), parts("text_file", partitions));
  }
  /// The lines of all files that `what` names, in order.
  template <class Paths = file_path>
  dataset<std::string> text_files(const Paths& what, std::size_t partitions = 0) const {
    return lines_of(leat::files(what), parts("text_files", partitions));
  }
  dataset<std::string> text_files(std::initializer_list<file_path> list, std::size_t partitions = 0) const {
    return lines_of(leat::files(list), parts("text_files", partitions));
  }

 private:
  std::size_t parts(const char* name, std::size_t wanted) const { return core::part_count(name, wanted, slots()); }
  LEAT_DECL dataset<file> files_of(std::vector<file> found, std::size_t partitions) const;
  LEAT_DECL dataset<std::string> lines_of(std::vector<file> found, std::size_t partitions) const;

  std::shared_ptr<core::engine> engine_;
};

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/run/impl/context.ipp>
#endif

#endif
