// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SHUFFLE_RUNS_HPP
#define LEAT_SHUFFLE_RUNS_HPP

#include <leat/shuffle/combine_table.hpp>
#include <leat/shuffle/footprint.hpp>
#include <leat/shuffle/memory.hpp>

namespace leat::core {

/// Entries in the order of their buckets, with their hashes: what one filling of a table gives to a shuffle.
template <class Entry>
struct bucketed_run {
  block<Entry> entries{};
  block<std::uint32_t> hashes{};
  std::vector<std::uint32_t> begins{};  // of each bucket, and the end

  std::size_t bytes() const {
    return footprint<Entry>(entries.span()) + (hashes.size() + begins.size()) * sizeof(std::uint32_t);
  }
};

/// Sorts entries by bucket, keeping their order within each.
template <class Entry>
bucketed_run<Entry> by_bucket(block<Entry>& entries, const block<std::uint32_t>& hashes, std::size_t buckets) {
  const std::size_t n = entries.size();
  bucketed_run<Entry> run;
  run.begins.resize(buckets + 1);
  for (const std::uint32_t h : hashes) ++run.begins[bucket_of(h, buckets) + 1];
  for (std::size_t i = 0; i < buckets; ++i) run.begins[i + 1] += run.begins[i];
  std::vector<std::uint32_t> at(run.begins.begin(), run.begins.end() - 1), order(n);
  for (std::uint32_t i = 0; i < n; ++i) order[at[bucket_of(hashes[i], buckets)]++] = i;
  run.entries.reserve(n);
  run.hashes.reserve(n);
  for (const std::uint32_t i : order) {
    run.entries.unchecked(std::move(entries[i]));
    run.hashes.unchecked(hashes[i]);
  }
  return run;
}

/// What one task gives to a shuffle.
template <class Entry>
struct shuffle_output {
  block<bucketed_run<Entry>> runs{};
  reservation held;
};

/// The writing side of a shuffle: combines in a table that fits the cache, and gives its entries away by bucket when it is
/// full. Where keys hardly repeat, the table is left out. `Ops` has `make(input)` and `add(entry, input)`; where it says
/// `whole`, the table grows instead, so that a key is made once.
template <class Ops>
class combine_writer {
 public:
  using input = typename Ops::input;
  using entry = typename Ops::entry;
  // Entries a run: a table of about 1 MB stays in the cache, and is the smallest that is worth its sorting by bucket. Where
  // keys repeat it may double four times, since each entry that is combined here is not moved, kept and combined again there.
  static constexpr std::size_t least = std::clamp<std::size_t>((std::size_t{1} << 20) / (sizeof(entry) + 16), 1024, 1 << 16);
  static constexpr std::size_t most = 16 * least;

  combine_writer(Ops ops, std::size_t buckets, reservation held)
      : ops_(std::move(ops)), buckets_(buckets), out_{{}, std::move(held)} {}

  void operator()(slice<input> chunk) {
    for (std::size_t n; !chunk.empty(); chunk = chunk.subspan(n))
      put(chunk.first(n = std::min<std::size_t>(chunk.size(), 1024)));
  }
  shuffle_output<entry> finish() {
    if (!entries_.empty()) flush();
    return std::move(out_);
  }

 private:
  static constexpr std::size_t most_whole =
      std::uint32_t(-1) - 2048;  // what a table's positions tell apart, less a chunk or two

  [[noreturn, gnu::cold]] static void refuse() {
    throw usage_error("a partition has more than " + std::to_string(most_whole) + " keys; use more partitions");
  }
  void put(slice<input> chunk) {
    if constexpr (Ops::grows) grown_ += footprint<input>(chunk);
    if (skip_ > 0)
      append(chunk);
    else
      combine(chunk);
    seen_ += chunk.size();
    const std::size_t bytes = entries_.room() * (sizeof(entry) + sizeof(std::uint32_t)) + table_.index_bytes() + grown_;
    if (bytes != bytes_) out_.held.resize(kept_ + (bytes_ = bytes));
    if constexpr (requires { requires Ops::whole; }) {
      if (entries_.size() < most_whole) return;
      refuse();
    }
    if (entries_.size() < limit_) return;
    if (skip_ == 0 && limit_ < most && 4 * seen_ > 5 * entries_.size())
      limit_ *= 2;  // each fifth was a repetition: a larger table spares more than it costs
    else
      flush();
  }
  static std::uint32_t hash_of(const input& x) { return key_hash(Ops::key(x)); }
  void append(slice<input> chunk) {
    entries_.reserve(limit_ + 1024);
    hashes_.reserve(limit_ + 1024);
    for (input& x : chunk) {
      hashes_.unchecked(hash_of(x));
      entries_.unchecked(ops_.make(std::move(x)));
    }
  }
  void combine(slice<input> chunk) {
    if (table_.large()) return combine_large(chunk);
    for (input& x : chunk) put_one(hash_of(x), x);
  }
  [[gnu::noinline]] void combine_large(slice<input> chunk) {
    constexpr std::size_t ahead = 16;  // elements between asking for the memory and using it: more than a miss takes, less than
                                       // what the processor can have under way is lost again
    std::uint32_t hashes[1024];
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      hashes[i] = hash_of(chunk[i]);
      table_.prefetch(hashes[i]);
      if (i >= ahead) put_one(hashes[i - ahead], chunk[i - ahead]);
    }
    for (std::size_t i = chunk.size() - std::min(ahead, chunk.size()); i < chunk.size(); ++i) put_one(hashes[i], chunk[i]);
  }
  void put_one(std::uint32_t hash, input& x) {
    auto found = [this](entry& e, input&& y) { ops_.add(e, std::move(y)); };
    auto missing = [this](input&& y) { return ops_.make(std::move(y)); };
    if (table_.put(hash, std::move(x), found, missing)) hashes_.emplace_back(hash);
  }
  void flush() {
    if (skip_ > 0)
      --skip_;
    else if (10 * seen_ < 11 * entries_.size())
      skip_ = 8;  // not one in eleven was: the next runs go without the table, and then it is tried again, since data changes
    kept_ += out_.runs.emplace_back(by_bucket(entries_, hashes_, buckets_)).bytes();
    table_.clear();
    hashes_.clear();
    seen_ = grown_ = 0;
    out_.held.resize(kept_ + (bytes_ = 0));
  }

  Ops ops_;
  std::size_t buckets_, limit_ = least, seen_ = 0, skip_ = 0, grown_ = 0, bytes_ = 0, kept_ = 0;
  block<entry> entries_{};
  block<std::uint32_t> hashes_{};
  combine_table<Ops> table_{entries_};
  shuffle_output<entry> out_;
};

/// The reading side: combines one bucket of all runs, in order, behind the entries in `into`. `Ops` has `merge(entry, entry)`.
template <class Ops>
class combine_reader {
 public:
  using entry = typename Ops::entry;

  combine_reader(Ops ops, block<entry>& into) : ops_(std::move(ops)), table_(into) {}

  void operator()(block<shuffle_output<entry>>& from, std::size_t bucket, bool keep) {
    table_.restart();
    auto found = [this](entry& e, entry&& x) { ops_.merge(e, std::move(x)); };
    auto missing = [](entry&& x) -> entry&& { return std::move(x); };
    for (auto& out : from)
      for (auto& run : out.runs)
        for (std::size_t i = run.begins[bucket]; i < run.begins[bucket + 1]; ++i) {
          if constexpr (copies<entry>)
            if (keep) {
              table_.put(run.hashes[i], entry(std::as_const(run.entries[i])), found, missing);
              continue;
            }
          table_.put(run.hashes[i], std::move(run.entries[i]), found, missing);
        }
  }
  std::size_t index_bytes() const { return table_.index_bytes(); }

 private:
  Ops ops_;
  combine_table<Ops> table_;
};

}  // namespace leat::core

#endif
