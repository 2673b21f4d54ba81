// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_STAGE_HPP
#define LEAT_PYTHON_STAGE_HPP

#include <leat/core/pipeline.hpp>
#include <leat/python/function/bind.hpp>
#include <leat/python/session/program_of.hpp>
#include <leat/python/stage_node.hpp>
#include <leat/wire/codec/codecs.hpp>
#include <leat/wire/lacking.hpp>
#include <leat/wire/opaque.hpp>
#include <leat/wire/pickle.hpp>

#include <string_view>

namespace leat {

namespace python_detail {

/// The result of a filter: its input.
struct same {};

/// Whether elements cross as columns, which `map_batches` is given.
template <class Wire, class T>
concept has_columns = std::string_view(Wire::name) == "columns" && Wire::template encodable<T>;

/// Whether a stage has asked for arrays.
template <class Wire>
inline constexpr bool on_arrays = false;
template <class Wire>
inline constexpr bool on_arrays<wire::arrays_on<Wire>> = true;

/// Tells functions of batches and of arrays behind filters what they are given: what comes from within their pass has no wire
/// that says so.
template <class Wire, class T>
void give_columns(std::vector<function>& functions, bool first) {
  for (auto f = functions.begin(); f != functions.end(); ++f) {
    if ((f->does == kind::map_batches || f->arrays) && (first || f != functions.begin())) f->columns = type_name_on<Wire, T>();
    if (f->does != kind::filter) return;
  }
}

/// Encodes elements into batches, exchanges them for results, and pushes those on.
template <class Wire, class OutWire, class In, class Out, class Next>
class node final : stage_node {
 public:
  using value = value_t<In>;
  using in_wire = wire_for<Wire, value>;
  using out_wire = wire_for<OutWire, Out>;
  using encoder = typename in_wire::template encoder<value>;

  node(std::shared_ptr<const program> what, Next next) : stage_node(std::move(what)), next_(std::move(next)) {}
  node(node&&) = default;
  ~node() { exchange_.close(); }  // before what it hands results to

  bool start(start_info n) {
    if (!next_.start(expected(n))) return false;
    begin(n);
    encoder_.begin(buffer_);
    return true;
  }
  bool operator()(In&& x) {
    try {
      encoder_.put(buffer_, static_cast<const value&>(x));
    } catch (conversion_error& e) {
      locate(e);
      throw;
    }
    ++count_;
    if constexpr (!fixed_size)
      if (wire::batch_size(encoder_, buffer_) >= batch_bytes) return check();
    return count_ < check_ || check();
  }
  /// Elements that lie in memory, where the encoder takes them so.
  bool block(const value* first, std::size_t n)
    requires requires(encoder& e, wire::buffer& b) { e.put(b, first, n); }
  {
    while (n != 0) {
      const std::size_t some = std::min(n, check_ > count_ ? check_ - count_ : 1);
      encoder_.put(buffer_, first, some);
      first += some;
      n -= some;
      count_ += some;
      if (count_ >= check_ && !check()) return false;
    }
    return true;
  }
  void finish() {
    end();
    next_.finish();
  }

 private:
  /// The size of a batch depends on its count alone, and `encoder::rows` are a full one.
  static constexpr bool fixed_size = requires { requires encoder::fixed_size; };

  bool check() {
    bool full = false;
    if constexpr (fixed_size) full = count_ >= encoder::rows;
    if (full || exchange_.due(count_, wire::batch_size(encoder_, buffer_))) flush();
    check_ = exchange_.check_after(count_);
    if constexpr (fixed_size) check_ = std::min(check_, encoder::rows);
    return !stopped_;
  }
  void flush() override {
    encoder_.end(buffer_, count_);
    submit();
    encoder_.begin(buffer_);
  }
  bool results(std::string_view body, std::size_t count, std::size_t skip) override {
    if constexpr (core::block_chain<Next, Out> && requires(std::span<const Out>& all) { out_wire::in_place(body, all); }) {
      std::span<const Out> all;
      if (out_wire::in_place(body, all)) {
        if (all.size() != count) wrong_count(count, all.size());
        all = all.subspan(std::min(skip, count));
        stopped_ = !next_.block(all.data(), all.size()) || stopped_;
        return !stopped_;
      }
    }
    std::size_t index = 0;
    const std::size_t taken = out_wire::template decode<Out>(body, [&](Out&& x) {
      if (index++ >= skip && !next_(static_cast<Out&&>(x))) stopped_ = true;
      return !stopped_;
    });
    if (!stopped_ && taken != count) wrong_count(count, taken);
    return !stopped_;
  }

  Next next_;
  encoder encoder_{};
};

}  // namespace python_detail

/// One or more Python functions that run as one pass in a worker. `Out` is the type that results are decoded to: `opaque`
/// leaves them pickled. Elements travel on `Wire` and results on `OutWire`.
template <class Wire, class Out, class OutWire = Wire>
class [[nodiscard("leat: a pipeline does nothing until a sink ends it; docs/errors.md#dropped")]] python_stage
    : public stage_base {
 public:
  static constexpr bool per_element = true;
  static constexpr bool boundary = true;

  python_stage(std::shared_ptr<python_detail::pool> workers, std::vector<python_detail::function> functions, bool ordered)
      : workers_(std::move(workers)), functions_(std::move(functions)), ordered_(ordered) {}

  /// Gives the function a value by name: a keyword of its call, of its class's constructor, or a name in its expression. A
  /// `broadcast` or an `accumulator`, too.
  template <class T>
  python_stage bind(const std::string& name, const T& value) const {
    python_stage bound = *this;
    python_detail::bind_value(bound.functions_.back(), name, value);
    return bound;
  }
  /// The wire that results travel on, where it is another than that of the elements.
  template <class Other>
  auto output() const {
    return copy<Wire, Other>();
  }
  /// The wire that elements travel on, where it is another than that of the results.
  template <class Other>
  auto input() const {
    return copy<Other, OutWire>();
  }
  /// Elements that are vectors and arrays of numbers, or hold such, come as arrays of numpy over the memory that they were
  /// received in, not as lists and tuples, and results may be what holds such. They travel as columns. Takes
  /// leat/wire/tensor.hpp.
  auto arrays() const { return with_arrays(false); }
  /// The same; `map_batches` gets one array of all elements where their shapes agree, with a dimension more.
  auto stacked() const { return with_arrays(true); }
  /// Declares that the class's instance carries state from record to record, which pins it to one worker.
  python_stage stateful() const {
    python_stage pinned = *this;
    pinned.functions_.back().stateful = true;
    return pinned;
  }

  /// Batches of `n` elements, all but the last, however long that takes.
  python_stage batch(std::size_t n) const { return batch(n, n); }
  /// Batches of at least `least` elements, all but the last, and at most `most`.
  python_stage batch(std::size_t least, std::size_t most) const {
    python_stage sized = *this;
    sized.functions_.back().batch(least, most);
    return sized;
  }
  /// The elements of a batch take at most this long together, where that is without what a batch costs whatever its size. By
  /// default it is 100 ms, or eight times that cost.
  python_stage latency(std::chrono::nanoseconds span) const {
    python_stage prompt = *this;
    prompt.functions_.back().latency(span);
    return prompt;
  }

  template <class In>
  using result = std::conditional_t<std::same_as<Out, python_detail::same>, value_t<In>, Out>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool sends = std::same_as<value_t<In>, opaque> || Wire::template encodable<value_t<In>>;
    static_assert(sends || wire::lacks_fields<value_t<In>, sends>(),
                  "leat: this element type cannot be sent to Python; map it to a type of the table in docs/types.md first; "
                  "docs/errors.md#python-encode");
    constexpr bool receives = std::same_as<result<In>, opaque> || OutWire::template decodable<result<In>>;
    static_assert(!sends || receives || wire::lacks_fields<result<In>, !sends || receives>(),
                  "leat: Python results cannot be decoded to this type; declare a type of the table in docs/types.md; "
                  "docs/errors.md#python-decode");
    return sends && receives;
  }

  template <class In, class Self, class Next>
  static auto bind(Self&& self, Next next) {
    using python_detail::wire_for;
    using value = value_t<In>;
    using in_wire = wire_for<Wire, value>;
    using out_wire = wire_for<OutWire, result<In>>;
    auto p = python_detail::program_of<in_wire, value, out_wire, result<In>>(self.workers_, self.functions_);
    if (p->functions.front().spread) python_detail::check_spread(p->functions.front(), p->in_type);
    if constexpr (python_detail::has_columns<in_wire, value>) python_detail::give_columns<in_wire, value>(p->functions, false);
    p->shares_elements = requires { requires in_wire::shared_memory; };
    p->shares_results = requires { requires out_wire::shared_memory; };
    if constexpr (requires { in_wire::batch_bytes; })
      if (p->functions.front().does == python_detail::kind::map_batches) {  // others are called for each element
        p->most_bytes = in_wire::batch_bytes;
        p->most_elements = in_wire::batch_bytes;
      }
    p->ordered = self.ordered_;
    if (!self.boundaries_.empty()) python_detail::chain_environments(*p, self.boundaries_);
    return python_detail::node<Wire, OutWire, In, result<In>, Next>(std::move(p), std::move(next));
  }

  /// Neighbours of one `leat::python` become one pass: what is between them never leaves Python. Between those of different
  /// ones it travels as any object that both can pickle.
  template <class W, class Next, class OW>
  friend auto fuse(python_stage first, python_stage<W, Next, OW> second) {
    return std::move(first).followed_by(std::move(second));
  }

 private:
  template <class, class, class>
  friend class python_stage;

  template <class W, class OW>
  auto copy() const {
    python_stage<W, Out, OW> other(workers_, functions_, ordered_);
    other.boundaries_ = boundaries_;
    return other;
  }
  auto with_arrays(bool stacked) const {
    if constexpr (python_detail::has_arrays<Wire>()) {
      auto other = copy<wire::arrays_on<Wire>, wire::arrays_on<OutWire>>();
      other.functions_.back().arrays = true;
      other.functions_.back().stacked = stacked;
      return other;
    } else {
      return core::poison{};
    }
  }
  template <class W, class Next, class OW>
  auto followed_by(python_stage<W, Next, OW> second) && {
    const std::size_t before = functions_.size();
    if ((boundaries_.empty() ? workers_ : boundaries_.back().second) != second.workers_)
      boundaries_.emplace_back(before, second.workers_);
    using given = python_detail::wire_for<W, Out>;
    using returned = python_detail::wire_for<OutWire, Out>;
    if constexpr (python_detail::has_columns<given, Out>) python_detail::give_columns<given, Out>(second.functions_, true);
    if constexpr (python_detail::has_columns<returned, Out>)
      if (functions_.back().does == python_detail::kind::map_batches)
        functions_.back().returns = python_detail::type_name_on<returned, Out>();
    for (auto& [at, workers] : second.boundaries_) boundaries_.emplace_back(before + at, std::move(workers));
    functions_.insert(functions_.end(), second.functions_.begin(), second.functions_.end());
    using out = std::conditional_t<std::same_as<Next, python_detail::same>, Out, Next>;
    // What filters let pass is of a type that only the wire of elements can tell the function of arrays behind them.
    constexpr bool for_arrays = std::same_as<Out, python_detail::same> && python_detail::on_arrays<W>;
    python_stage<std::conditional_t<for_arrays && !python_detail::on_arrays<Wire>, wire::arrays_on<Wire>, Wire>, out, OW> both(
        std::move(workers_), std::move(functions_), ordered_ && second.ordered_);
    both.boundaries_ = std::move(boundaries_);
    return both;
  }

  std::shared_ptr<python_detail::pool> workers_;
  std::vector<python_detail::function> functions_;
  std::vector<python_detail::boundary> boundaries_{};  // to other environments
  bool ordered_;
};

}  // namespace leat

#endif
