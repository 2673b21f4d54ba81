// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_PROGRESS_HPP
#define LEAT_STAGE_PROGRESS_HPP

#include <leat/core/config.hpp>
#include <leat/core/pipeline.hpp>

#include <algorithm>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>

namespace leat::core {

/// What is shown of a run's progress; times are seconds of any clock.
class progress_display {
 public:
  progress_display(std::ostream& out, std::string name, bool terminal, start_info size, double now)
      : out_(&out), name_(std::move(name)), terminal_(terminal), size_(size), begun_(now), shown_(now) {}

  /// Shows it where it is time to; yields how many elements may pass before the next look.
  LEAT_DECL std::size_t look(std::size_t count, double now);
  /// The last line: of all, or the state in which a run was left.
  LEAT_DECL void end(std::size_t count, double now, bool complete);

 private:
  LEAT_DECL void show(std::size_t count, double now);

  std::ostream* out_;
  std::string name_;
  bool terminal_, any_ = false;
  start_info size_;
  double begun_, shown_, looked_ = 0, wait_ = 1, rate_ = 0;
  std::size_t counted_ = 0, step_ = 1, width_ = 0;
};

/// How far a run is, in words.
LEAT_DECL std::string progress_text(std::size_t count, start_info size, double seconds, double rate, bool complete);
/// Seconds of a clock that costs little to read, in steps of some milliseconds.
LEAT_DECL double progress_clock();
LEAT_DECL bool is_terminal(const std::ostream& out);
LEAT_DECL std::ostream& standard_error();

template <class In, class Next>
class progress_node {
 public:
  progress_node(std::ostream& out, std::string name, Next next) : next_(std::move(next)), out_(&out), name_(std::move(name)) {}
  progress_node(progress_node&&) = default;
  ~progress_node() {
    if (display_) display_->end(count_, core::progress_clock(), false);
  }

  bool start(start_info n) {
    display_ =
        std::make_unique<core::progress_display>(*out_, std::move(name_), core::is_terminal(*out_), n, core::progress_clock());
    return next_.start(n);
  }
  bool operator()(In&& x) {
    if (!next_(std::forward<In>(x))) return count_ += 1, false;
    if (++count_ >= look_) [[unlikely]]
      look();
    return true;
  }
  /// Elements that lie in memory: one loop that counts nothing, up to the next look.
  bool block(const value_t<In>* first, std::size_t n) {
    constexpr bool blocks = requires { next_.block(first, n); };
    while (n != 0) {
      const std::size_t step = look_ - count_, some = std::min(n, blocks ? 16 * step : step);
      if constexpr (blocks) {
        count_ += some;
        if (!next_.block(first, some)) return false;
      } else {
        // What is pushed is the source's own element, which is const just where `In` says so.
        for (auto x = const_cast<value_t<In>*>(first), end = x + some; x != end; ++x)
          if (!next_(static_cast<In>(*x))) return count_ += static_cast<std::size_t>(x - first) + 1, false;
        count_ += some;
      }
      if (count_ >= look_) look();
      first += some;
      n -= some;
    }
    return true;
  }
  void finish() {
    next_.finish();
    if (display_) display_->end(count_, core::progress_clock(), true);
    display_.reset();
  }

 private:
  void look() { look_ = count_ + display_->look(count_, core::progress_clock()); }

  Next next_;
  std::size_t count_ = 0, look_ = 1;
  std::ostream* out_;
  std::string name_;
  std::unique_ptr<core::progress_display> display_{};
};

struct [[nodiscard]] progress_stage : stage_base {
  static constexpr bool at_most_one = true;

  std::ostream* out;
  std::string name;

  template <class In>
  using result = In;

  template <class In>
  static consteval bool accepts() {
    return true;
  }

  template <class In, class Self, class Next>
  static progress_node<In, Next> bind(Self&& self, Next next) {
    return {*self.out, std::forward<Self>(self).name, std::move(next)};
  }
};

struct progress_fn {
  progress_stage operator()(std::ostream& out, std::string name = {}) const { return {{}, &out, std::move(name)}; }
  progress_stage operator()(std::string name = {}) const { return {{}, &core::standard_error(), std::move(name)}; }
};

}  // namespace leat::core

namespace leat {

/// Passes all elements on and shows how many have passed, how many a second and, where the size is known, how many of how
/// many and the time left: in one line that a terminal sees change, elsewhere by a line now and then. The last line says all.
inline constexpr core::progress_fn progress{};

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/stage/impl/progress.ipp>
#endif

#endif
