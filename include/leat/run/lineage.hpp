// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_LINEAGE_HPP
#define LEAT_RUN_LINEAGE_HPP

#include <leat/run/chunk.hpp>
#include <leat/run/engine.hpp>

#include <string>
#include <unordered_map>
#include <vector>

namespace leat::core {

class lineage_node;
using parents = std::vector<std::shared_ptr<const lineage_node>>;

/// A step in how a dataset comes about. Immutable; shared by all datasets that stand on it.
class lineage_node {
 public:
  lineage_node(std::shared_ptr<engine> home, parents from)
      : home_(std::move(home)), parents_(std::move(from)), ordinal_(home_->next_ordinal()) {}
  virtual ~lineage_node() = default;
  lineage_node(lineage_node&&) = delete;

  virtual const char* name() const = 0;
  virtual std::size_t partitions() const = 0;
  /// First pass of a job: counts the readers. `fragile`: the reading task may be retried.
  virtual void plan(job& j, bool fragile) const {
    for (auto const& p : parents_) p->plan(j, fragile);
  }
  /// Second pass: runs the stages of the job that must end before this node's partitions can be produced.
  virtual void prepare(job& j) const {
    for (auto const& p : parents_) p->prepare(j);
  }

  const std::shared_ptr<engine>& home() const { return home_; }
  const parents& from() const { return parents_; }
  /// Its number among the nodes of the context, in the order in which the program made them.
  std::size_t ordinal() const { return ordinal_; }

 private:
  std::shared_ptr<engine> home_;
  parents parents_;
  std::size_t ordinal_;
};

/// A node of elements `T`.
template <class T>
class lineage : public lineage_node {
 public:
  using lineage_node::lineage_node;

  /// Pushes one partition: `to.start` once, then chunks until the partition or the consumer ends.
  virtual void produce(task& t, std::size_t partition, chunk_consumer<T>& to) const = 0;
};

/// Throws what is to be said where a partition that is computed twice has another number of elements the second time; `more`:
/// at least so many.
[[noreturn]] LEAT_DECL void differs_from_first_pass(const char* name, std::size_t first, std::size_t second, bool more);

/// The nodes from `top` down, one a line, each with its number, its partitions and the nodes that it reads.
LEAT_DECL std::string explain(const lineage_node& top);

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/run/impl/lineage.ipp>
#endif

#endif
