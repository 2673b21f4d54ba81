// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_SOURCE_GENERATED_HPP
#define LEAT_RUN_SOURCE_GENERATED_HPP

#include <leat/run/engine/lineage.hpp>

#include <memory>
#include <utility>

namespace leat::core {

/// A source that makes its partitions by itself, each in one task: `produce(partition, run, push)` pushes until that says
/// false.
template <class S>
concept partitioned_source = requires(const S& s, const run_info& run, bool (*push)(typename S::value_type&&)) {
  { s.partitions() } -> std::same_as<std::size_t>;
  s.produce(std::size_t{}, run, push);
};

template <partitioned_source S>
class generated_lineage final : public lineage<typename S::value_type> {
 public:
  using value = typename S::value_type;

  generated_lineage(std::shared_ptr<engine> home, S source)
      : lineage<value>(std::move(home), {}, source.partitions()), source_(std::move(source)) {}

  const char* name() const override { return "from"; }
  void produce(task& t, std::size_t partition, chunk_consumer<value>& to) const override {
    chunk_buffer<value> buffer(to);
    if (!buffer.start({0, start_info::unknown, &t.run})) return;
    source_.produce(partition, t.run, [&](value&& x) { return buffer.push(std::move(x)); });
    buffer.flush();
  }

 private:
  S source_;
};

}  // namespace leat::core

#endif
