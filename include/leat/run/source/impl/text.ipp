// SPDX-License-Identifier: BSL-1.0
#include <leat/run/source/text.hpp>
#include <leat/source/lines.hpp>

namespace leat::core {

LEAT_DECL file_set::file_set(std::shared_ptr<engine> home, std::vector<file> files, std::size_t partitions)
    : lineage(std::move(home), {}, partitions), files_(std::move(files)) {
  // A file costs its bytes and the opening; it belongs to the part in which its middle lies.
  auto cost = [](const file& f) { return static_cast<std::size_t>(f.size) + 4096; };
  std::size_t total = 0, before = 0, i = 0;
  for (auto const& f : files_) total += cost(f);
  begins_.push_back(0);
  for (std::size_t p = 1; p < partitions; ++p) {
    const std::size_t bound = part_begin(total, p, partitions);
    for (; i < files_.size() && before + cost(files_[i]) / 2 < bound; ++i) before += cost(files_[i]);
    begins_.push_back(i);
  }
  begins_.push_back(files_.size());
}

LEAT_DECL void file_set::produce(task&, std::size_t partition, chunk_consumer<file>& to) const {
  const std::size_t first = begins_[partition], last = begins_[partition + 1];
  chunk_buffer<file> buffer(to);
  if (!buffer.start({last - first, start_info::exact})) return;
  for (std::size_t i = first; i < last; ++i)
    if (!buffer.push(files_[i])) return;
  buffer.flush();
}

// Each file counts one byte more than it has, so that an empty one, or one whose size the system does not tell, is read too.
LEAT_DECL line_set::line_set(std::shared_ptr<engine> home, std::vector<file> files, std::size_t partitions)
    : lineage(std::move(home), {}, partitions), files_(std::move(files)), partitions_(partitions) {
  for (auto const& f : files_) bytes_ += static_cast<std::size_t>(f.size) + 1;
}

LEAT_DECL void line_set::produce(task&, std::size_t partition, chunk_consumer<std::string>& to) const {
  const std::size_t first = part_begin(bytes_, partition, partitions_), last = part_begin(bytes_, partition + 1, partitions_);
  chunk_buffer<std::string> buffer(to);
  if (!buffer.start({})) return;
  std::size_t before = 0;
  std::string line;
  for (auto const& f : files_) {
    const std::size_t begin = std::max(first, before) - before, whole = static_cast<std::size_t>(f.size) + 1;
    if (last <= before) break;
    if (begin < whole) {  // the part that holds the end reads on, should the file have grown
      line_reader lines(f.path.string(), begin, last - before >= whole ? line_reader::npos : last - before);
      while (lines.next(line))
        if (!buffer.push(std::move(line))) return;
    }
    before += whole;
  }
  buffer.flush();
}

}  // namespace leat::core
