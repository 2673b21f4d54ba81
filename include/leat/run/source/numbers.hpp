// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_SOURCE_NUMBERS_HPP
#define LEAT_RUN_SOURCE_NUMBERS_HPP

#include <leat/run/source/parallelize.hpp>

#include <cstdint>

namespace leat::core {

/// The integers of [first, last), in even partitions.
class numbers final : public lineage<std::int64_t> {
 public:
  numbers(std::shared_ptr<engine> home, std::int64_t first, std::int64_t last, std::size_t partitions)
      : lineage(std::move(home), {}, partitions),
        first_(first),
        size_(last < first ? 0 : static_cast<std::size_t>(last) - static_cast<std::size_t>(first)),
        partitions_(partitions) {}

  const char* name() const override { return "range"; }
  void produce(task&, std::size_t partition, chunk_consumer<std::int64_t>& to) const override {
    std::size_t at = part_begin(size_, partition, partitions_);
    const std::size_t last = part_begin(size_, partition + 1, partitions_);
    if (!to.start({last - at, start_info::exact})) return;
    block<std::int64_t> chunk;
    chunk.reserve(chunk_size<std::int64_t>);
    while (at < last) {
      chunk.clear();
      for (const std::size_t end = at + std::min(last - at, chunk_size<std::int64_t>); at < end; ++at)
        chunk.unchecked(static_cast<std::int64_t>(static_cast<std::size_t>(first_) + at));
      if (!to(chunk.span())) return;
    }
  }

 private:
  std::int64_t first_;
  std::size_t size_, partitions_;
};

}  // namespace leat::core

#endif
