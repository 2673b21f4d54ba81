// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_GENERATE_HPP
#define LEAT_PYTHON_GENERATE_HPP

#include <leat/core/pass_iterator.hpp>
#include <leat/kit/part_count.hpp>
#include <leat/python/exchange/source_pass.hpp>
#include <leat/python/function/bind.hpp>
#include <leat/python/session/report.hpp>
#include <leat/python/stage.hpp>

#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leat {

/// What a Python function yields, as a range; see `generate` of `leat::python`. Each pass calls the function anew, in one
/// worker that is at most two batches ahead of its reader. A context makes a dataset of it: `ctx.from(py.generate<T>(f, n))`.
template <class Wire, class T>
class [[nodiscard("leat: a pipeline does nothing until a sink ends it; docs/errors.md#dropped")]] generated {
  using wire_of = python_detail::wire_for<Wire, T>;

 private:
  class pass;

 public:
  using value_type = T;
  static constexpr bool owns_elements = true;

  generated(std::shared_ptr<python_detail::pool> workers, python_detail::function f, std::optional<std::size_t> partitions)
      : workers_(std::move(workers)), function_(std::move(f)), partitions_(partitions) {
    if (partitions_ == std::size_t{0}) throw usage_error("a source needs at least one partition", {function_.name, {}, {}, {}});
    core::part_count(function_.name.c_str(), partitions_.value_or(1), 0);
  }

  /// Gives the function a value by name, as stages do.
  template <class V>
  generated bind(const std::string& name, const V& value) const {
    generated bound(workers_, function_, partitions_);
    python_detail::bind_value(bound.function_, name, value);
    return bound;
  }

  /// Parts of `n` elements, all but the last, however long the function takes for that.
  generated batch(std::size_t n) const { return batch(n, n); }
  /// Parts of at least `least` elements, all but the last, and at most `most`.
  generated batch(std::size_t least, std::size_t most) const {
    generated sized(workers_, function_, partitions_);
    sized.function_.batch(least, most);
    return sized;
  }
  /// The elements of a part take at most this long together.
  generated latency(std::chrono::nanoseconds span) const {
    generated prompt(workers_, function_, partitions_);
    prompt.function_.latency(span);
    return prompt;
  }

  using iterator = core::pass_iterator<pass>;

  iterator begin() {
    auto p = fresh_ ? std::exchange(fresh_, nullptr) : std::make_shared<pass>(program(), partitions_);
    running_ = p;
    p->fill();
    return iterator(std::move(p));
  }
  std::default_sentinel_t end() const { return {}; }
  /// A descriptor while the worker is still making the next element; -1 where that is at hand.
  int waits_for() {
    if (const auto p = running_.lock()) return p->waits_for();
    if (!fresh_) fresh_ = std::make_shared<pass>(program(), partitions_);
    return fresh_->waits_for();
  }

  std::size_t partitions() const { return partitions_.value_or(1); }
  /// Pushes one partition until that says false.
  template <class Push>
  void produce(std::size_t partition, const core::run_info& run, Push push) const {
    python_detail::source_pass from(program(), argument(partitions_, partition), run);
    std::uint64_t before = 0;
    std::string_view body;
    std::size_t count = 0;
    while (from.next(body, count))
      if (!decode(from, body, count, before, push)) return;
  }

 private:
  class pass {
   public:
    pass(std::shared_ptr<const python_detail::program> what, std::optional<std::size_t> partitions)
        : program_(std::move(what)), partitions_(partitions) {}

    T& front() { return items_[at_].item; }
    bool empty() const { return at_ == items_.size(); }
    void next() {
      if (++at_ == items_.size()) fill();
    }
    /// Reads on until there is an element, or nothing more.
    void fill() {
      items_.clear();
      at_ = 0;
      if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
      std::string_view body;
      std::size_t count = 0;
      while (items_.empty() && open())
        if (from_.next(body, count)) read(body, count);
    }
    int waits_for() {
      if (at_ + 1 < items_.size() || thrown_) return -1;
      while (open()) {
        const int fd = from_.waits_for();
        if (fd >= 0 || !from_.at_end()) return fd;
      }
      return -1;
    }

   private:
    struct cell {  // keeps vector<bool> away
      T item;
    };

    /// A source that is not at its end; false: there is none any more.
    bool open() {
      for (; !from_ || from_.at_end(); ++next_) {
        from_.close();
        if (next_ == partitions_.value_or(1)) return false;
        core::run_info run;
        run.partition = next_;  // for the seed
        before_ = 0;
        from_.open(program_, argument(partitions_, next_), run);
      }
      return true;
    }
    void read(std::string_view body, std::size_t count) {
      auto keep = [this](T&& x) {
        items_.push_back(cell{std::move(x)});
        return true;
      };
      try {
        decode(from_, body, count, before_, keep);
      } catch (...) {
        if (items_.empty()) throw;
        thrown_ = std::current_exception();  // what came before it is read first
      }
    }

    std::shared_ptr<const python_detail::program> program_;
    std::optional<std::size_t> partitions_;
    python_detail::source_pass from_{};
    std::size_t next_ = 0, at_ = 0;
    std::uint64_t before_ = 0;  // elements of this partition, in earlier parts
    std::vector<cell> items_{};
    std::exception_ptr thrown_{};
  };

  static std::optional<std::size_t> argument(std::optional<std::size_t> partitions, std::size_t partition) {
    return partitions ? std::optional(partition) : std::nullopt;
  }
  std::shared_ptr<const python_detail::program> program() const {
    return python_detail::program_of<pickle, opaque, wire_of, T>(workers_, {function_});
  }
  template <class Push>
  static bool decode(const python_detail::source_pass& from, std::string_view body, std::size_t count, std::uint64_t& before,
                     Push& push) {
    bool more = true;
    try {
      const std::size_t taken = wire_of::template decode<T>(body, [&](T&& x) { return more = push(std::move(x)); });
      if (more && taken != count) python_detail::throw_wrong_count(count, taken, {});
    } catch (error& e) {
      if (e.where().stage.empty()) {
        if (e.where().record) e.rebase(before + *e.where().record);
        e.locate(from.place());
      }
      throw;
    }
    before += count;
    return more;
  }

  std::shared_ptr<python_detail::pool> workers_;
  python_detail::function function_;
  std::optional<std::size_t> partitions_;
  std::shared_ptr<pass> fresh_{};  // for a begin() that is still to come
  std::weak_ptr<pass> running_{};
};

}  // namespace leat

#endif
