// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_LINEAGE_HPP
#define LEAT_RUN_ENGINE_LINEAGE_HPP

#include <leat/run/engine/chunk.hpp>
#include <leat/run/engine/engine.hpp>

#include <memory>
#include <string>
#include <vector>

namespace leat::core {

class lineage_node;
using parents = std::vector<std::shared_ptr<const lineage_node>>;

/// That the partitions of a node are read. `fragile`: the reading task may be retried. `depth`: how many readings that task is
/// in.
struct reading {
  const lineage_node* node;
  bool fragile;
  std::size_t depth;

  reading of(const std::shared_ptr<const lineage_node>& parent) const { return {parent.get(), fragile, depth + 1}; }
};

/// A step in how a dataset comes about. Immutable; shared by all datasets that stand on it. There may be a hundred thousand of
/// them one behind the other, so nothing here goes from one to the next by a call within a call, but for produce().
class lineage_node {
 public:
  LEAT_DECL lineage_node(std::shared_ptr<engine> home, parents from, std::size_t partitions);
  LEAT_DECL virtual ~lineage_node();
  lineage_node(lineage_node&&) = delete;

  virtual const char* name() const = 0;
  /// Whether its partitions are those of its parents, one after the other.
  virtual bool joins() const { return false; }
  /// First pass of a job: counts a reading and adds those of the parents that it asks for.
  LEAT_DECL virtual void plan(job& j, const reading& by, std::vector<reading>& into) const;
  /// Second pass, of nodes that have an output in the job, those that they stand on first: runs the stage of the job that must
  /// end before this node's partitions can be produced.
  virtual void prepare(job&) const {}

  const std::shared_ptr<engine>& home() const { return home_; }
  const parents& from() const { return parents_; }
  std::size_t partitions() const { return partitions_; }
  /// Its number among the nodes of the context, in the order in which the program made them.
  std::size_t ordinal() const { return ordinal_; }

 private:
  std::shared_ptr<engine> home_;
  parents parents_;
  std::size_t ordinal_, partitions_;
};

/// Shares a node, whatever its elements are: a std::shared_ptr of each type of node takes 20 ms to compile.
LEAT_DECL std::shared_ptr<const lineage_node> share(const lineage_node* made);

/// A node of elements `T`.
template <class T>
class lineage : public lineage_node {
 public:
  using element = T;
  using lineage_node::lineage_node;

  /// Pushes one partition: `to.start` once, then chunks until the partition or the consumer ends.
  virtual void produce(task& t, std::size_t partition, chunk_consumer<T>& to) const = 0;
};

/// A shared node of elements `T`.
template <class T>
class lineage_ptr {
 public:
  lineage_ptr() = default;
  explicit lineage_ptr(const lineage<T>* made) : node_(share(made)) {}

  bool empty() const { return node_ == nullptr; }
  const lineage<T>& operator*() const { return *get(); }
  const lineage<T>* operator->() const { return get(); }
  operator const std::shared_ptr<const lineage_node>&() const { return node_; }

 private:
  const lineage<T>* get() const { return static_cast<const lineage<T>*>(node_.get()); }

  std::shared_ptr<const lineage_node> node_{};
};

template <class Node, class... A>
lineage_ptr<typename Node::element> make_node(A&&... a) {
  return lineage_ptr<typename Node::element>(new Node(std::forward<A>(a)...));
}

/// How many nodes a task may read through each other: each takes memory on its stack and for a chunk of elements.
inline constexpr std::size_t most_depth = 1000;

/// Both passes over what `top` stands on. Throws `usage_error` where more nodes than most_depth would be read through each
/// other.
LEAT_DECL void prepare(const lineage_node& top, job& j, bool fragile);

/// Throws what is to be said where a partition that is computed twice has another number of elements the second time; `more`:
/// at least so many.
[[noreturn]] LEAT_DECL void differs_from_first_pass(const char* name, std::size_t first, std::size_t second, bool more);

/// What `top` joins, through all that join within it, and the partition of `top` that each begins at; then how many there are.
LEAT_DECL void joined(const lineage_node& top, std::vector<const lineage_node*>& all, std::vector<std::size_t>& begins);
LEAT_DECL std::size_t partitions_of(const parents& all);

/// The nodes from `top` down, one a line, each with its number, its partitions and the nodes that it reads.
LEAT_DECL std::string explain(const lineage_node& top);

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/run/engine/impl/lineage.ipp>
#endif

#endif
