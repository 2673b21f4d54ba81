// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SHUFFLE_COMBINE_TABLE_HPP
#define LEAT_SHUFFLE_COMBINE_TABLE_HPP

#include <leat/shuffle/block.hpp>
#include <leat/shuffle/hash.hpp>
#include <leat/shuffle/keys.hpp>

#include <bit>

namespace leat::core {

/// A hash table that combines entries of equal keys. Entries lie in one block, in the order in which their keys came first; an
/// index of (hash, position) words with linear probing finds them. `Ops` has `entry` and `static key(entry or input)`.
template <class Ops>
class combine_table {
 public:
  using entry = typename Ops::entry;

  /// Adds to the entries in `into`, behind those that are there already and are not looked at.
  explicit combine_table(block<entry>& into) : entries_(into), base_(into.size()) { grow(64); }

  std::size_t size() const { return entries_.size() - base_; }
  std::size_t index_bytes() const { return slots_.size() * sizeof(std::uint64_t); }

  /// Whether the index has outgrown the nearest cache, so that prefetch() pays.
  bool large() const { return slots_.size() > near; }
  void prefetch(std::uint32_t hash) const { __builtin_prefetch(slots_.data() + (hash & mask_)); }
  /// Takes its entries away again.
  void clear() {
    if (size() != 0) std::fill(slots_.begin(), slots_.end(), 0);
    entries_.truncate(base_);
  }
  /// Forgets the keys and leaves their entries; what comes next starts behind them.
  void restart() {
    if (size() != 0) std::fill(slots_.begin(), slots_.end(), 0);
    base_ = entries_.size();
  }

  /// Finds the entry of x's key and calls `found(entry, x)`, or appends what `missing(x)` returns. True: it was appended.
  template <class X, class Found, class Missing>
  bool put(std::uint32_t hash, X&& x, Found found, Missing missing) {
    const auto& key = Ops::key(std::as_const(x));
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const std::uint64_t slot = slots_[i];
      const auto position = static_cast<std::uint32_t>(slot);
      if (slot >> 32 == hash && position != 0) [[likely]] {
        entry& e = entries_[base_ + position - 1];
        if (same_key(Ops::key(std::as_const(e)), key)) [[likely]] {
          found(e, std::forward<X>(x));
          return false;
        }
      }
      if (position == 0) {
        entries_.emplace_back(missing(std::forward<X>(x)));
        slots_[i] = std::uint64_t{hash} << 32 | static_cast<std::uint32_t>(size());
        if (size() >= most_) grow(4 * slots_.size());
        return true;
      }
    }
  }

 private:
  static constexpr std::size_t near = 16384;  // places of 8 bytes: half of the 256 KB that a core's second cache has at least

  // By four, since each growth reads all entries' places anew; the places hold the hash, so that no key is looked at.
  void grow(std::size_t slots) {
    std::vector<std::uint64_t> bigger(slots);
    mask_ = slots - 1;
    most_ = slots < near ? slots / 8 : slots / 2;  // while it fits the cache, a wide index spares mispredicted probes
    for (const std::uint64_t slot : slots_) {
      if (slot == 0) continue;
      std::size_t i = (slot >> 32) & mask_;
      while (bigger[i] != 0) i = (i + 1) & mask_;
      bigger[i] = slot;
    }
    slots_ = std::move(bigger);
  }

  block<entry>& entries_;
  std::size_t base_ = 0, mask_ = 0, most_ = 0;
  std::vector<std::uint64_t> slots_{};
};

}  // namespace leat::core

#endif
