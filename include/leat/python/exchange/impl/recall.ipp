// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_RECALL_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_RECALL_IPP

#include <leat/python/exchange/recall.hpp>

#include <algorithm>

namespace leat::python_detail {

LEAT_DECL recall find_recall(const lanes& all, std::size_t idle, bool cuts, lane::clock::time_point now) {
  constexpr auto long_patience = 10 * patience;  // to start a worker takes longer than to wait for one
  const auto milliseconds = [](lane::clock::duration d) {
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(d).count());
  };
  bool asked = false;
  lane* longest = nullptr;
  for (auto const& s : all) {
    if (!s->busy()) continue;
    if (now - s->recalled < long_patience) {  // it is about to; or it was not there yet to hear it
      asked = true;
      idle -= std::min<std::size_t>(idle, 1);
      continue;
    }
    if (s->asked == (s->hears ? 1 : most_asked)) continue;
    const bool more = s->assigned.size() > 1 || (cuts && s->assigned.front()->count > 1);
    if (more && (longest == nullptr || s->begun < longest->begun)) longest = s.get();
  }
  if (longest == nullptr || idle == 0) return {nullptr, asked ? milliseconds(long_patience) : -1};
  const bool ready = std::any_of(all.begin(), all.end(), [](auto const& s) { return s->free(); });
  const auto left = longest->begun + (ready ? patience : long_patience) - now;
  return {left.count() <= 0 ? longest : nullptr, milliseconds(std::max<lane::clock::duration>(left, patience))};
}

}  // namespace leat::python_detail

#endif
