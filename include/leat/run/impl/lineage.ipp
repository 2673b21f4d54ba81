// SPDX-License-Identifier: BSL-1.0
#include <leat/run/lineage.hpp>

namespace leat::core {

LEAT_DECL void differs_from_first_pass(const char* name, std::size_t first, std::size_t second, bool more) {
  throw usage_error(std::string(name) + ": the partition had " + std::to_string(first) +
                    " elements when they were counted, and " + (more ? "at least " : "") + std::to_string(second) +
                    " when they were read; what stands before " + name +
                    " is computed twice and must yield the same each time: cache() it, or mend the function or input that "
                    "changes");
}

LEAT_DECL std::string explain(const lineage_node& top) {
  std::string text;
  std::vector<const lineage_node*> nodes{&top};
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const lineage_node& node = *nodes[i];
    text += "#" + std::to_string(node.ordinal()) + " " + node.name() + ", " + std::to_string(node.partitions()) +
            (node.partitions() == 1 ? " partition" : " partitions");
    for (std::size_t k = 0; k < node.from().size(); ++k) {
      const lineage_node* parent = node.from()[k].get();
      text += (k == 0 ? " <- #" : ", #") + std::to_string(parent->ordinal());
      if (std::find(nodes.begin(), nodes.end(), parent) == nodes.end()) nodes.push_back(parent);
    }
    text += "\n";
  }
  return text;
}

}  // namespace leat::core
