// SPDX-License-Identifier: BSL-1.0
// Merges any bytes as pickles, each behind its length of one byte, and reads the result.
#include <leat/wire/pickle/machine.hpp>
#include <leat/wire/pickle/merge.hpp>

#include <algorithm>

#include "support.hpp"

namespace {

bool loads(std::string_view body, leat::wire::value_tree& tree, const leat::wire::value*& v, std::string* why = nullptr) {
  try {
    v = &leat::wire::unpickle(body, tree);
    return true;
  } catch (const leat::protocol_error& e) {
    if (why) *why = e.what();
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string_view> records, merged;
  for (std::size_t at = 0; at != size; at += records.back().size())
    records.emplace_back(reinterpret_cast<const char*>(data) + at + 1, std::min<std::size_t>(data[at], size - at - 1)), ++at;

  leat::wire::buffer out;
  leat::wire::pickle_merger merger;
  merger.begin(out);
  for (auto record : records) {
    const std::string before(out.view());
    bool taken = false;
    try {
      taken = merger.put(out, record);
    } catch (const leat::protocol_error&) {
    }
    if (taken) merged.push_back(record);
    fuzz::expect(out.view().substr(0, before.size()) == before, "what was written stays");
    fuzz::expect(taken || out.size() == before.size(), "a refused record adds nothing");
    fuzz::expect(out.size() <= before.size() + 8 * record.size() + 8, "a record grows little");
  }
  merger.end(out);
  const std::string all(out.view());

  leat::wire::buffer again;
  leat::wire::pickle_merger second;
  second.begin(again);
  fuzz::expect(second.put(again, all), "what was merged can be merged");

  leat::wire::value_tree whole_tree;
  const leat::wire::value* whole = nullptr;
  std::string why;
  std::vector<leat::wire::value_tree> trees(merged.size());
  std::vector<const leat::wire::value*> alone(merged.size());
  for (std::size_t i = 0; i != merged.size(); ++i)
    if (!loads(merged[i], trees[i], alone[i])) return 0;
  if (!loads(all, whole_tree, whole, &why)) {
    fuzz::expect(why.find("nests deeper") != std::string::npos, "what loads alone loads merged");
    return 0;
  }
  fuzz::expect(whole->kind == leat::wire::value_kind::list && whole->items.size() == merged.size(), "a value for each record");
  for (std::size_t i = 0; i != merged.size(); ++i) fuzz::expect(fuzz::same(*alone[i], *whole->items[i]), "the same values");
  return 0;
}
