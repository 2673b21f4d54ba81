// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SESSION_IMPL_UPDATES_IPP
#define LEAT_PYTHON_SESSION_IMPL_UPDATES_IPP

#include <leat/python/session/updates.hpp>
#include <leat/wire/pickle/machine.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace leat::python_detail {

/// Versions of packages with which workers of this program have pickled objects.
class pickled_with {
 public:
  static void add(std::string_view versions) {
    const std::lock_guard held(all().mutex);
    all().texts.emplace(versions);
  }
  static std::string others(const std::string& than) {
    const std::lock_guard held(all().mutex);
    std::string text;
    for (const std::string& one : all().texts)
      if (one != than) text += (text.empty() ? "" : "; ") + one;
    return text;
  }

 private:
  struct state {
    std::mutex mutex{};
    std::set<std::string> texts{};
  };
  static state& all() {
    static state& one = *new state;  // worker threads of static objects may outlive what is destroyed
    return one;
  }
};

LEAT_DECL std::string other_versions(const std::string& than) { return pickled_with::others(than); }

LEAT_DECL void count_updates(const program& p, std::string_view body) {
  const auto take = [&](std::uint64_t number, std::string_view updates) {
    if (number == 0) return pickled_with::add(updates);
    for (auto const& f : p.functions)
      for (auto const& [keyword, a] : f.accumulators)
        if (a->number() == number) {
          try {
            return a->take(updates);
          } catch (error& e) {
            e.rebase(std::nullopt);
            e.locate({f.name, {}, {}, {}});
            e.note("it was added to the accumulator '" + a->name() + "'");
            throw;
          }
        }
    throw protocol_error("a worker counts for an accumulator that it was not given", {p.name(), {}, {}, {}});
  };
  wire::value_tree tree;
  for (const wire::value* one : wire::unpickle(body, tree).items) {
    if (one->items.size() != 2 || one->items[0]->kind != wire::value_kind::integer)
      throw protocol_error("a worker counts what is no update", {p.name(), {}, {}, {}});
    take(static_cast<std::uint64_t>(one->items[0]->integer), one->items[1]->text);
  }
}

}  // namespace leat::python_detail

#endif
