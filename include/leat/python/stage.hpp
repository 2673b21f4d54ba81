// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_STAGE_HPP
#define LEAT_PYTHON_STAGE_HPP

#include <leat/core/pipeline.hpp>
#include <leat/python/exchange.hpp>
#include <leat/wire/opaque.hpp>
#include <leat/wire/pickle.hpp>
#include <leat/wire/type_name.hpp>

namespace leat {

namespace python_detail {

/// The result of a filter: its input.
struct same {};

template <class Wire, class T>
using wire_for = std::conditional_t<std::same_as<T, opaque>, wire::opaque_wire, Wire>;

/// Encodes elements into batches, exchanges them for results, and pushes those on.
template <class Wire, class In, class Out, class Next>
class node final : exchange::receiver, core::background {
 public:
  using value = value_t<In>;
  using in_wire = wire_for<Wire, value>;
  using out_wire = wire_for<Wire, Out>;

  node(std::shared_ptr<const program> what, Next next) : program_(std::move(what)), next_(std::move(next)) {}
  node(node&&) = default;

  bool start(size_hint n) {
    if (!next_.start(n.any())) return false;
    exchange_ = std::make_unique<exchange>(program_, *n.run, static_cast<exchange::receiver&>(*this));
    n.run->join(*this);
    encoder_.begin(buffer_);
    return true;
  }
  bool operator()(In&& x) {
    try {
      encoder_.put(buffer_, static_cast<const value&>(x));
    } catch (conversion_error& e) {
      location at = exchange_->place();
      at.record = exchange_->records() + count_;
      e.locate(at);
      throw;
    }
    if (++count_ < check_ && buffer_.size() < batch_bytes) return true;
    return check();
  }
  void finish() {
    if (exchange_) {
      if (count_ > 0 && !stopped_) flush();
      exchange_->finish();
      exchange_ = nullptr;
    }
    next_.finish();
  }

 private:
  bool check() {
    if (exchange_->due(count_, buffer_.size())) flush();
    check_ = exchange_->check_after(count_);
    return !stopped_;
  }
  void flush() {
    encoder_.end(buffer_, count_);
    stopped_ = !exchange_->submit(buffer_, count_) || stopped_;
    count_ = 0;
    encoder_.begin(buffer_);
  }
  bool results(std::string_view body, std::size_t count, std::size_t skip) override {
    std::size_t index = 0;
    const std::size_t taken = out_wire::template decode<Out>(body, [&](Out&& x) {
      if (index++ >= skip) stopped_ = !next_(std::move(x)) || stopped_;
      return !stopped_;
    });
    if (!stopped_ && taken != count)
      throw protocol_error("a worker announced " + std::to_string(count) + " results and sent " + std::to_string(taken),
                           exchange_->place());
    return !stopped_;
  }
  void descriptors(std::vector<pollfd>& into) override {
    if (exchange_) exchange_->descriptors(into);
  }
  bool turn() override {
    if (!exchange_) return !stopped_;
    stopped_ = !exchange_->turn() || stopped_;
    if (!stopped_ && count_ > 0 && exchange_->idle()) flush();
    return !stopped_;
  }

  std::shared_ptr<const program> program_;
  Next next_;
  typename in_wire::template encoder<value> encoder_{};
  wire::buffer buffer_{};
  std::size_t count_ = 0, check_ = 1;
  bool stopped_ = false;
  std::unique_ptr<exchange> exchange_{};
};

}  // namespace python_detail

/// One or more Python functions that run as one pass in a worker. `Out` is the type that results are decoded to: `opaque`
/// leaves them pickled.
template <class Wire, class Out>
class python_stage : public stage_base {
 public:
  static constexpr bool per_element = true;
  static constexpr bool boundary = true;

  python_stage(std::shared_ptr<python_detail::pool> workers, std::vector<python_detail::function> functions, bool ordered)
      : workers_(std::move(workers)), functions_(std::move(functions)), ordered_(ordered) {}

  /// Gives the function a value by name: a keyword of its call, of its class's constructor, or a name in its expression.
  template <class T>
  python_stage bind(const std::string& name, const T& value) const {
    static_assert(pickle::encodable<T>,
                  "leat: this value cannot be sent to Python; see the types in docs/wire.md; docs/errors.md#python-encode");
    python_stage bound = *this;
    wire::buffer entry;
    pickle::encoder<std::string>{}.put(entry, name);
    pickle::encoder<T>{}.put(entry, value);
    bound.functions_.back().binds.append(entry.data(), entry.size());
    return bound;
  }
  /// Declares that the class's instance carries state from record to record, which pins it to one worker.
  python_stage stateful() const {
    python_stage pinned = *this;
    pinned.functions_.back().stateful = true;
    return pinned;
  }

  template <class In>
  using result = std::conditional_t<std::same_as<Out, python_detail::same>, value_t<In>, Out>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool sends = std::same_as<value_t<In>, opaque> || Wire::template encodable<value_t<In>>;
    static_assert(sends,
                  "leat: this element type cannot be sent to Python; map it to a type of the table in docs/wire.md first; "
                  "docs/errors.md#python-encode");
    constexpr bool receives = std::same_as<result<In>, opaque> || Wire::template decodable<result<In>>;
    static_assert(!sends || receives,
                  "leat: Python results cannot be decoded to this type; declare a type of the table in docs/wire.md; "
                  "docs/errors.md#python-decode");
    return sends && receives;
  }

  template <class In, class Self, class Next>
  static auto bind(Self&& self, Next next) {
    using python_detail::wire_for;
    using value = value_t<In>;
    auto p = std::make_shared<python_detail::program>();
    p->workers = self.workers_;
    p->functions = self.functions_;
    p->in_wire = wire_for<Wire, value>::name;
    p->in_type = wire::type_name<value>();
    p->out_wire = wire_for<Wire, result<In>>::name;
    p->out_type = wire::type_name<result<In>>();
    p->ordered = self.ordered_;
    return python_detail::node<Wire, In, result<In>, Next>(std::move(p), std::move(next));
  }

  /// Neighbours of one `leat::python` become one pass: what is between them never leaves Python.
  template <class Next>
  friend auto fuse(python_stage first, python_stage<Wire, Next> second) {
    return std::move(first).followed_by(std::move(second));
  }

 private:
  template <class, class>
  friend class python_stage;

  template <class Next>
  auto followed_by(python_stage<Wire, Next> second) && {
    if (workers_ != second.workers_)
      throw usage_error(
          "two Python environments stand next to each other; put a native stage, such as map(std::identity{}), between them",
          {second.functions_.front().name, {}, {}, {}});
    functions_.insert(functions_.end(), second.functions_.begin(), second.functions_.end());
    using out = std::conditional_t<std::same_as<Next, python_detail::same>, Out, Next>;
    return python_stage<Wire, out>(std::move(workers_), std::move(functions_), ordered_ && second.ordered_);
  }

  std::shared_ptr<python_detail::pool> workers_;
  std::vector<python_detail::function> functions_;
  bool ordered_;
};

}  // namespace leat

#endif
