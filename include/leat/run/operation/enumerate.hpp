// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_OPERATION_ENUMERATE_HPP
#define LEAT_RUN_OPERATION_ENUMERATE_HPP

#include <leat/run/dataset/dataset_stage.hpp>
#include <leat/stage/enumerate.hpp>

namespace leat::core {

/// Takes a partition's elements only where their exact number is not known beforehand.
template <class T>
class element_counter final : public chunk_consumer<T> {
 public:
  explicit element_counter(task& t) : task_(t) {}

  bool start(start_info n) override {
    if (n.known == start_info::exact) count_ = n.n;
    return n.known != start_info::exact;
  }
  bool operator()(slice<T> chunk) override {
    task_.check();
    count_ += chunk.size();
    return true;
  }
  std::size_t count() const { return count_; }

 private:
  task& task_;
  std::size_t count_ = 0;
};

/// Compares the number of elements that come with that of the pass before, and passes none on that is too many.
template <class T>
class recounted final : public chunk_consumer<T> {
 public:
  recounted(chunk_consumer<T>& to, const char* name, std::size_t expected) : to_(to), name_(name), expected_(expected) {}

  bool start(start_info n) override { return more_ = to_.start(n); }
  bool operator()(slice<T> chunk) override {
    seen_ += chunk.size();
    if (seen_ > expected_) differs_from_first_pass(name_, expected_, seen_, true);
    return more_ = to_(chunk);
  }
  void finish() const {
    if (more_ && seen_ != expected_) differs_from_first_pass(name_, expected_, seen_, false);
  }

 private:
  chunk_consumer<T>& to_;
  const char* name_;
  std::size_t expected_, seen_ = 0;
  bool more_ = true;
};

/// The index of each partition's first element.
struct element_begins final : job_data {
  explicit element_begins(std::size_t partitions) : at(partitions) {}

  std::vector<std::size_t> at;
};

/// Elements with their index in partition order. A first pass counts what all partitions but the last hold; the second one is
/// compared with it.
template <class T>
class enumerate_lineage final : public lineage<std::pair<std::size_t, T>> {
 public:
  using out = std::pair<std::size_t, T>;

  enumerate_lineage(lineage_ptr<T> base, std::size_t first)
      : lineage<out>(base->home(), {base}, base->partitions()), base_(*base), first_(first) {}

  const char* name() const override { return "enumerate"; }

  void plan(job& j, const reading& by, std::vector<reading>& into) const override {
    into.insert(into.end(), ++j.plan(*this).readers == 1 ? 2 : 1, by.of(this->from()[0]));
  }
  void prepare(job& j) const override {
    auto& made = j.plan(*this);
    if (made.data) return;
    auto* const data = new element_begins(this->partitions());
    made.keep(data);
    std::vector<std::size_t>& begins = data->at;
    auto attempt = [&](task& t) {
      element_counter<T> counter(t);
      base_.produce(t, t.partition(), counter);
      begins[t.partition() + 1] = counter.count();
    };
    j.home().run({name(), &j, 0, this->partitions() - 1, attempt, [](std::size_t) { return true; }});
    begins.front() = first_;
    for (std::size_t p = 1; p < begins.size(); ++p) begins[p] += begins[p - 1];
  }
  void produce(task& t, std::size_t partition, chunk_consumer<out>& to) const override {
    const auto& begins = static_cast<const element_begins*>(t.of->made(*this).data.get())->at;
    const bool counted = partition + 1 < begins.size();
    recounted<out> checked(to, name(), counted ? begins[partition + 1] - begins[partition] : std::size_t(-1));
    chunk_consumer<out>& next = counted ? static_cast<chunk_consumer<out>&>(checked) : to;
    run_chain_in_chunks(t, base_, partition, enumerate_stage(begins[partition]), next);
    if (counted) checked.finish();
  }

 private:
  const lineage<T>& base_;
  std::size_t first_;
};

template <>
struct dataset_operation<enumerate_stage> {
  template <class T>
  static dataset<std::pair<std::size_t, T>> apply(const dataset<T>& from, enumerate_stage stage) {
    return core::dataset_of(make_node<core::enumerate_lineage<T>>(from.node(), stage.first));
  }
};

}  // namespace leat::core

#endif
