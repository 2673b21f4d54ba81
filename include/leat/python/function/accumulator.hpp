// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_FUNCTION_ACCUMULATOR_HPP
#define LEAT_PYTHON_FUNCTION_ACCUMULATOR_HPP

#include <leat/core/effects.hpp>
#include <leat/core/error.hpp>
#include <leat/wire/pickle.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace leat {

namespace python_detail {

/// An accumulator as sessions see it.
class accumulator_base {
 public:
  accumulator_base(std::string name, std::string type, bool sums)
      : name_(std::move(name)), type_(std::move(type)), sums_(sums) {}
  virtual ~accumulator_base() = default;

  /// Counts updates, given as a pickled list of them: at once, or in a task when that has succeeded.
  virtual void take(std::string_view updates) = 0;

  std::uint64_t number() const noexcept { return number_; }
  const std::string& name() const noexcept { return name_; }
  const std::string& type() const noexcept { return type_; }  // the Python annotation
  /// A worker may add updates up before it sends them.
  bool sums() const noexcept { return sums_; }

 private:
  static std::uint64_t next() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
  }

  std::string name_, type_;
  bool sums_;
  std::uint64_t number_ = next();
};

template <class T, class Merge>
class accumulator_state final : public accumulator_base, public std::enable_shared_from_this<accumulator_state<T, Merge>> {
 public:
  static constexpr bool sum = std::same_as<Merge, std::plus<>> || std::same_as<Merge, std::plus<T>>;

  accumulator_state(std::string name, T initial, Merge merge)
      : accumulator_base(std::move(name), wire::type_name<T>(), sum), value_(std::move(initial)), merge_(std::move(merge)) {}

  void take(std::string_view updates) override {
    pickle::template decode<T>(updates, [&](T&& update) {
      add(std::move(update));
      return true;
    });
  }
  void add(T&& update) {
    core::effects* const task = core::current_effects();
    if (task == nullptr) return count(std::move(update));
    auto* mine = task->find(this);
    if (mine == nullptr) mine = &task->add(this, std::make_unique<partial>(this->shared_from_this()));
    auto& so_far = static_cast<partial*>(mine)->value;
    if (so_far)
      so_far.emplace(static_cast<partial*>(mine)->merge(std::move(*so_far), std::move(update)));
    else
      so_far.emplace(std::move(update));
  }
  T value() const {
    if (core::current_effects() != nullptr)
      throw usage_error("the accumulator '" + name() +
                        "' cannot be read inside a task, where what other tasks add is not known; read it when the action has "
                        "returned");
    const std::lock_guard held(mutex_);
    return value_;
  }

 private:
  struct partial final : core::effects::effect {
    explicit partial(std::shared_ptr<accumulator_state> to) : of(std::move(to)), merge(of->merge_) {}
    void commit() override { of->count(std::move(*value)); }

    std::shared_ptr<accumulator_state> of;
    Merge merge;
    std::optional<T> value{};
  };

  void count(T&& update) {
    const std::lock_guard held(mutex_);
    value_ = merge_(std::move(value_), std::move(update));
  }

  mutable std::mutex mutex_{};
  T value_;
  Merge merge_;
};

}  // namespace python_detail

/// A value that functions add to and only the host reads: a sum, or whatever `Merge` makes of two values in any order. Bound to
/// Python functions by `.bind(name, accumulator)`; there `name.add(x)`. What a batch adds counts once the batch is done, what a
/// task adds once the task has succeeded, however often either was tried. Copies are the same accumulator.
template <class T, class Merge = std::plus<>>
class accumulator {
  static constexpr bool crosses = pickle::encodable<T> && pickle::decodable<T>;
  static_assert(crosses,
                "leat: Python cannot add to an accumulator of this type; use a type of the table in docs/types.md; "
                "docs/errors.md#python-accumulator");
  static constexpr bool merges = std::is_invocable_r_v<T, Merge&, T, T>;
  static_assert(merges,
                "leat: an accumulator's merge function must make one value of two; pass a function of (T, T); "
                "docs/errors.md#accumulator-merge");

 public:
  /// The name is for messages.
  explicit accumulator(std::string name = "accumulator", T initial = T(), Merge merge = Merge())
      : state_(std::make_shared<python_detail::accumulator_state<T, Merge>>(std::move(name), std::move(initial),
                                                                            std::move(merge))) {}

  /// What has been counted so far. Throws usage_error inside a task.
  T value() const { return state_->value(); }
  /// Adds, from any thread; inside a task it counts once the task has succeeded.
  void add(T update) const { state_->add(std::move(update)); }

  std::shared_ptr<python_detail::accumulator_base> state() const { return state_; }

 private:
  std::shared_ptr<python_detail::accumulator_state<T, Merge>> state_;
};

}  // namespace leat

#endif
