// SPDX-License-Identifier: BSL-1.0
#include <leat/run/engine/lineage.hpp>

#include <algorithm>
#include <unordered_set>

namespace leat::core {

LEAT_DECL std::shared_ptr<const lineage_node> share(const lineage_node* made) {
  return std::shared_ptr<const lineage_node>(made);
}

LEAT_DECL void differs_from_first_pass(const char* name, std::size_t first, std::size_t second, bool more) {
  throw usage_error(std::string(name) + ": the partition had " + std::to_string(first) +
                    " elements when they were counted, and " + (more ? "at least " : "") + std::to_string(second) +
                    " when they were read; what stands before " + name +
                    " is computed twice and must yield the same each time: cache() it, or mend the function or input that "
                    "changes");
}

LEAT_DECL lineage_node::lineage_node(std::shared_ptr<engine> home, parents from, std::size_t partitions)
    : home_(std::move(home)), parents_(std::move(from)), ordinal_(home_->next_ordinal()), partitions_(partitions) {}

LEAT_DECL void lineage_node::plan(job&, const reading& by, std::vector<reading>& into) const {
  for (auto const& p : parents_) into.push_back(by.of(p));
}

LEAT_DECL void joined(const lineage_node& top, std::vector<const lineage_node*>& all, std::vector<std::size_t>& begins) {
  std::vector<const lineage_node*> open{&top};
  while (!open.empty()) {
    const lineage_node& next = *open.back();
    open.pop_back();
    if (next.joins()) {
      for (std::size_t i = next.from().size(); i-- > 0;) open.push_back(next.from()[i].get());
    } else {
      all.push_back(&next);
      begins.push_back(begins.back() + next.partitions());
    }
  }
}

LEAT_DECL std::size_t partitions_of(const parents& all) {
  std::size_t n = 0;
  for (auto const& p : all) n += p->partitions();
  return n;
}

// The last owner of a node ends what it stands on, which may be long: in a loop, not each within the one before.
LEAT_DECL lineage_node::~lineage_node() {
  static thread_local parents* ending = nullptr;
  if (ending != nullptr) {
    try {
      ending->insert(ending->end(), std::make_move_iterator(parents_.begin()), std::make_move_iterator(parents_.end()));
    } catch (const std::bad_alloc&) {  // then each within the one before after all
    }
    return;
  }
  parents mine = std::move(parents_);
  ending = &mine;
  while (!mine.empty()) {
    const auto next = std::move(mine.back());
    mine.pop_back();
  }
  ending = nullptr;
}

LEAT_DECL void prepare(const lineage_node& top, job& j, bool fragile) {
  std::size_t deepest = 0;
  std::vector<reading> open{{&top, fragile, 1}};
  while (!open.empty()) {
    const reading next = open.back();
    open.pop_back();
    deepest = std::max(deepest, next.depth);
    next.node->plan(j, next, open);
  }
  if (deepest > most_depth)
    throw usage_error("the dataset stands on " + std::to_string(deepest) +
                      " operations that are read through each other, and " + std::to_string(most_depth) +
                      " can be; write them as one chain of stages without assigning each to a dataset, put repartition(n) "
                      "between them now and then, or cache() and count()");
  std::vector<const lineage_node*> nodes = j.planned();
  std::sort(nodes.begin(), nodes.end(), [](auto* a, auto* b) { return a->ordinal() < b->ordinal(); });
  for (const lineage_node* node : nodes) node->prepare(j);
}

LEAT_DECL std::string explain(const lineage_node& top) {
  std::string text;
  std::vector<const lineage_node*> nodes{&top};
  std::unordered_set<const lineage_node*> known{&top};
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const lineage_node& node = *nodes[i];
    text += "#" + std::to_string(node.ordinal()) + " " + node.name() + ", " + std::to_string(node.partitions()) +
            (node.partitions() == 1 ? " partition" : " partitions");
    for (std::size_t k = 0; k < node.from().size(); ++k) {
      const lineage_node* parent = node.from()[k].get();
      text += (k == 0 ? " <- #" : ", #") + std::to_string(parent->ordinal());
      if (known.insert(parent).second) nodes.push_back(parent);
    }
    text += "\n";
  }
  return text;
}

}  // namespace leat::core
