// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_SOURCE_TEXT_HPP
#define LEAT_RUN_SOURCE_TEXT_HPP

#include <leat/run/source/parallelize.hpp>
#include <leat/source/files.hpp>

namespace leat::core {

/// Files in consecutive runs that hold about the same number of bytes each.
class file_set final : public lineage<file> {
 public:
  LEAT_DECL file_set(std::shared_ptr<engine> home, std::vector<file> files, std::size_t partitions);

  const char* name() const override { return "files"; }
  LEAT_DECL void produce(task& t, std::size_t partition, chunk_consumer<file>& to) const override;

 private:
  std::vector<file> files_;
  std::vector<std::size_t> begins_;
};

/// The lines of files, as if one stood behind the other, cut into partitions of the same number of bytes.
class line_set final : public lineage<std::string> {
 public:
  LEAT_DECL line_set(std::shared_ptr<engine> home, std::vector<file> files, std::size_t partitions);

  const char* name() const override { return "text"; }
  LEAT_DECL void produce(task& t, std::size_t partition, chunk_consumer<std::string>& to) const override;

 private:
  std::vector<file> files_;
  std::size_t bytes_ = 0, partitions_;
};

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/run/source/impl/text.ipp>
#endif

#endif
