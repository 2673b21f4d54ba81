// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_COMBINE_HPP
#define LEAT_RUN_OPERATION_COMBINE_HPP

#include <leat/run/dataset/dataset_stage.hpp>
#include <leat/shuffle/runs.hpp>

namespace leat::core {

/// A shuffle by key: every task combines its partition and sorts it into buckets, then one task a partition of the result
/// combines the buckets. Entries come in the order of (bucket, first sight), which no scheduling changes.
template <class Ops>
class combine_lineage final : public stored_lineage<typename Ops::entry> {
 public:
  using input = typename Ops::input;
  using entry = typename Ops::entry;

  combine_lineage(lineage_ptr<input> base, const char* name, Ops ops, std::size_t partitions)
      : stored_lineage<entry>(base->home(), {base}, part_count(name, partitions, base->partitions())),
        base_(*base),
        name_(name),
        ops_(std::move(ops)),
        partitions_(this->partitions()),
        // 256 buckets in all, or a partition each: the reading side then combines what fits its cache, one bucket after the
        // other.
        split_(std::bit_ceil(256 / std::min<std::size_t>(partitions_, 256))) {
    check_pieces(name, base->partitions(), partitions_);
  }

  const char* name() const override { return name_; }

 private:
  class feed final : public chunk_consumer<input> {
   public:
    feed(const task& t, combine_writer<Ops>& to) : task_(t), to_(to) {}
    bool start(start_info) override { return true; }
    bool operator()(slice<input> chunk) override {
      task_.check();
      to_(chunk);
      return true;
    }

   private:
    const task& task_;
    combine_writer<Ops>& to_;
  };

  stored_partitions<entry> make(job& j) const override {
    block<shuffle_output<entry>> written = write(j);
    return read(j, written);
  }

  block<shuffle_output<entry>> write(job& j) const {
    const std::size_t n = base_.partitions();
    const heap_array parts(new maybe<shuffle_output<entry>>[n]);
    block<shuffle_output<entry>> all;
    auto attempt = [&](task& t) {
      combine_writer<Ops> writer(ops_, partitions_ * split_, reservation(j.home().memory(), name_));
      feed to(t, writer);
      base_.produce(t, t.partition(), to);
      parts[t.partition()].emplace(writer.finish());
    };
    auto arrived = [&](std::size_t p) {
      if (!parts[p]->runs.empty()) all.emplace_back(std::move(*parts[p]));
      parts[p].reset();
      return true;
    };
    j.home().run({name_, &j, 0, n, attempt, arrived});
    return all;
  }

  stored_partitions<entry> read(job& j, block<shuffle_output<entry>>& from) const {
    stored_partitions<entry> all;
    all.reserve(partitions_);
    auto attempt = [&](task& t, stored_partition<entry>& into) {
      t.consumed = !trivially_moved<entry> && (!j.keeps() || !copies<entry>);
      combine_reader<Ops> reader(ops_, into.items);
      std::size_t heap = 0;
      for (std::size_t s = 0; s < split_; ++s) {
        t.check();
        const std::size_t before = into.items.size();
        reader(from, t.partition() * split_ + s, j.keeps());
        const slice<const entry> fresh = std::as_const(into.items).span().subspan(before);
        heap += footprint(fresh) - fresh.size_bytes();
        into.held.resize(into.items.room() * sizeof(entry) + heap + (s + 1 < split_ ? reader.index_bytes() : 0));
      }
    };
    auto arrived = [&](stored_partition<entry>&& part) { return all.emplace_back(std::move(part)), true; };
    run_stored<entry>(j, name_, 0, partitions_, 0, attempt, arrived);
    return all;
  }

  const lineage<input>& base_;
  const char* name_;
  Ops ops_;
  std::size_t partitions_, split_;  // every partition is combined in so many pieces, which fit the cache better
};

template <class D, class Ops>
auto combined(const D& from, const char* name, Ops ops, std::size_t partitions) {
  return dataset_of(make_node<combine_lineage<Ops>>(from.erase().node(), name, std::move(ops), partitions));
}

/// Elements of a key and a value: pairs, and tuples of two.
template <class T>
concept keyed = requires { requires std::tuple_size<T>::value == 2; };
template <class T>
using key_t = std::remove_cvref_t<std::tuple_element_t<0, T>>;
template <class T>
using mapped_t = std::remove_cvref_t<std::tuple_element_t<1, T>>;

template <class T>
consteval bool accepts_keyed() {
  static_assert(keyed<T> || core::undeclared<T, keyed<T>>(),
                "leat: this shuffle needs pairs of a key and a value; map to std::pair first; docs/errors.md#not-a-pair");
  if constexpr (keyed<T>) {
    constexpr bool key = shuffle_key<key_t<T>>;
    static_assert(
        key, "leat: a shuffle's key needs == and a hash; specialize std::hash or leat::hash for it; docs/errors.md#no-hash");
    return key;
  } else
    return false;
}

/// What the shuffles of pairs have in common.
template <class T, class Mapped>
struct keyed_ops {
  using input = T;
  using entry = std::pair<key_t<T>, Mapped>;
  static constexpr bool grows = false;  // true: an entry gets larger with each element

  template <class X>
  static const key_t<T>& key(const X& x) {
    return std::get<0>(x);
  }
};

}  // namespace leat::core

#endif
