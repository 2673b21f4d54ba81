// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_FUNCTION_IMPL_BATCH_SIZE_IPP
#define LEAT_PYTHON_FUNCTION_IMPL_BATCH_SIZE_IPP

#include <leat/python/function/batch_size.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace leat::python_detail {

inline constexpr double overhead =
    100'000;  // nanoseconds a batch that no worker measures: the way there and back, and the host
inline constexpr double few_overheads = 30;   // records take about so many times what a batch costs
inline constexpr double least_overheads = 8;  // and may take so many times that, however long it is
inline constexpr double growth = 8;           // from one size to the next
inline constexpr double quick = 1e6;  // nanoseconds: a batch that takes less may well be tried with so many times its size
inline constexpr std::size_t trial_lasts = 64;
inline constexpr double forgetting = 0.985;  // of a measurement's trust, with each that follows
inline constexpr double most_trust = 8;
inline constexpr std::size_t probing = 32;  // one of so many batches has half the size, which keeps the fit fresh
inline constexpr double doubted = 0.1;      // with less, a size is tried again
inline constexpr double surprise = 3;       // times what a batch of about this size has cost

inline constexpr std::size_t functions_kept = 256;

/// Two classes an octave.
inline std::size_t class_of(std::size_t count) {
  const auto octave = static_cast<std::size_t>(std::bit_width(count)) - 1;
  return 2 * octave + (octave > 0 ? count >> (octave - 1) & 1 : 0);
}

LEAT_DECL void batch_size::bound(std::size_t most, batch_wishes wishes) {
  most_ = std::clamp<std::size_t>(wishes.most != 0 ? wishes.most : most, 1, std::size_t{1} << 53);  // which doubles hold
  least_ = std::clamp<std::size_t>(wishes.least, 1, most_);
  strict_ = wishes.latency != 0;
  careful_ = wishes.careful;
  latency_ = static_cast<double>(strict_ ? wishes.latency : latency);
  if (limit_ != 0) limit_ = std::clamp(limit_, least_, most_);
}

LEAT_DECL std::size_t batch_size::next(std::size_t left, std::size_t idle, std::size_t workers) const {
  const std::size_t limit = std::max(trial_ != 0 ? std::min(limit_, settled_) : limit_, least_),
                    among = std::max<std::size_t>(1, idle != 0 ? idle : workers);
  if (fixed() || left / limit >= among) return probes_ ? std::max(least_, limit / 2) : limit;
  const std::size_t share = left / among + (left % among != 0 ? 1 : 0);
  return std::clamp(share, std::max(least_, idle != 0 ? 1 : limit / 4), limit);
}

LEAT_DECL void batch_size::sent(std::size_t count) {
  if (count < limit_) probes_ = false;
  if (!blind() && count >= 3 * settled_) trial_ = trial_lasts;
}

LEAT_DECL void batch_size::measure(std::size_t count, std::uint64_t nanoseconds) {
  if (count == 0) return;
  probes_ = probes_ || ++measured_ % probing == 0;
  trial_ = trial_ == 0 || count > settled_ ? 0 : trial_ - 1;
  const auto n = static_cast<double>(count);
  double time = static_cast<double>(nanoseconds);
  const std::size_t k = std::min(class_of(count), classes - 1);
  measured& c = of_[k];
  if (k == last_ && c.trust > 3 && std::abs(time - c.time) < 0.1 * c.time && measured_ % 16 != 0) return;  // nothing new
  last_ = k;
  for (auto& other : of_) other.trust *= forgetting;
  // One batch that takes far longer than others of its size may be an accident; two mean that the records are others now.
  if (const double usual = surprise * (c.time + overhead) - overhead; c.known() && time > usual) {
    if (surprised_)
      for (auto& other : of_) other = {};
    else
      time = usual;
    surprised_ = !surprised_;
  } else if (c.known()) {
    surprised_ = false;
  }
  c.trust = std::min(most_trust, c.trust + 1);
  c.count += (n - c.count) / c.trust;
  c.time += (time - c.time) / c.trust;
  fit(k);
  settled_ = count;
  for (auto const& known : of_)
    if (known.trust >= doubted) settled_ = std::max(settled_, static_cast<std::size_t>(known.count));
  const double chosen = std::clamp(choose(k), static_cast<double>(least_), static_cast<double>(most_));
  const auto limit = static_cast<double>(limit_);
  if (chosen > 1.25 * limit || chosen < 0.75 * limit) limit_ = static_cast<std::size_t>(chosen);
}

/// Least squares of relative errors; sizes far from the present one count for less, where the cost is no straight line.
LEAT_DECL void batch_size::fit(std::size_t now) {
  double s = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  std::size_t known = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    const measured& c = of_[k];
    if (!c.known()) continue;
    ++known;
    const double y = c.time + overhead;
    const double w = c.trust / (y * y) / static_cast<double>(std::size_t{1} << (k > now ? k - now : now - k) / 4);
    s += w, sx += w * c.count, sy += w * y, sxx += w * c.count * c.count, sxy += w * c.count * y;
  }
  double each = known == 1 ? of_[now].time / of_[now].count : (s * sxy - sx * sy) / (s * sxx - sx * sx);
  double once = (sy - each * sx) / s;
  if (!(each > 0)) each = 0, once = sy / s;
  if (once < 0) once = 0, each = sxy / sxx;
  each_ = std::max(each, 0.01);
  once_ = std::max(0.0, once - overhead);
}

LEAT_DECL double batch_size::choose(std::size_t now) const {
  const measured& at = of_[now];
  const double total = once_ + overhead;
  const bool alone = std::count_if(of_, of_ + classes, [](auto const& c) { return c.known(); }) == 1;
  if (alone) {  // it is not known yet what grows with the size: all may
    const double room = latency_ / std::max(1.0, at.time);
    const double most = at.time < quick ? growth : 2;
    return at.count * (at.count < 2 && !careful_ ? most : std::clamp(room, 1 / growth, most));
  }
  const double allowed = strict_ ? latency_ : std::max(latency_, least_overheads * total);
  double n = std::min(few_overheads * total, allowed) / each_;
  double smallest = at.count;
  for (auto const& c : of_)
    if (c.trust >= doubted) smallest = std::min(smallest, c.count);
  const bool bold = at.time < quick || at.count >= 4 * smallest;  // neighbours tell little of what grows, where there is noise
  n = std::clamp(n, at.count / growth, static_cast<double>(settled_) * (bold ? growth : 2));
  // Sizes that have been tried are judged by what came of them; between two of them may be a better one.
  const auto cost = [](const measured& c) { return (c.time + overhead) / c.count; };
  const auto class_at = [](double x) { return std::min(class_of(static_cast<std::size_t>(std::max(1.0, x))), classes - 1); };
  const measured* best = &at;
  for (std::size_t i = 0; i < classes; ++i) {
    const measured& c = of_[i];
    if (i == now || c.trust < doubted) continue;
    const bool beyond = i > now ? n > at.count : n < at.count && each_ * at.count <= allowed;
    if (beyond && cost(c) > (i > now ? 1.05 : 1.15) * cost(at)) {
      double middle = std::sqrt(c.count * at.count);
      if (of_[class_at(middle)].trust >= doubted) middle = at.count;
      n = i > now ? std::min(n, middle) : std::max(n, middle);
    }
    if (cost(c) < cost(*best) && each_ * c.count <= allowed) best = &c;
  }
  if (1.15 * cost(*best) >= cost(at)) return n;
  return best->count > at.count ? std::max(n, best->count) : best->count;
}

LEAT_DECL batch_size size_memory::recall(const std::string& functions) const {
  const std::lock_guard held(mutex_);
  const auto found = all_.find(functions);
  return found != all_.end() ? found->second : batch_size();
}

LEAT_DECL void size_memory::keep(const std::string& functions, const batch_size& learnt) {
  if (learnt.blind()) return;
  const std::lock_guard held(mutex_);
  if (all_.size() >= functions_kept) all_.clear();
  all_[functions] = learnt;
}

}  // namespace leat::python_detail

#endif
