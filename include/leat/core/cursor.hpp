// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_CURSOR_HPP
#define LEAT_CORE_CURSOR_HPP

#include <leat/core/drive.hpp>
#include <leat/core/maybe.hpp>

#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <vector>

namespace leat::core {

// A reference may be kept only when the source's elements are lvalues themselves; all else is kept by value.
template <class In, class Out>
struct slot {
  using type = std::remove_cvref_t<Out>;
  static constexpr bool pointer = false;
};
template <class In, class Out>
struct slot<In&, Out&> {
  using type = Out*;
  static constexpr bool pointer = true;
};

/// What a pulled chain has yielded and its reader has not taken.
template <class In, class Out, bool One>
class pulled {
 public:
  using kept = slot<In, Out>;

  bool empty() const {
    if constexpr (One)
      return !items_;
    else
      return at_ == items_.size();
  }
  void clear() {
    if constexpr (One) {
      items_.reset();
    } else {
      items_.clear();
      at_ = 0;
    }
  }
  void put(Out&& x) {
    if constexpr (One && kept::pointer)
      items_.fill(std::addressof(x));
    else if constexpr (One)
      items_.fill(std::forward<Out>(x));
    else if constexpr (kept::pointer)
      items_.push_back({std::addressof(x)});
    else
      items_.push_back({std::forward<Out>(x)});
  }
  decltype(auto) front() {
    auto at = [this]() -> auto& {
      if constexpr (One)
        return *items_;
      else
        return items_[at_].item;
    };
    if constexpr (kept::pointer)
      return static_cast<Out&>(*at());
    else
      return static_cast<typename kept::type&>(at());
  }
  void pop() {
    if constexpr (One)
      items_.reset();
    else
      ++at_;
  }

 private:
  struct cell {  // keeps vector<bool> away
    typename kept::type item;
  };
  std::conditional_t<One, maybe<typename kept::type>, std::vector<cell>> items_{};
  std::size_t at_ = 0;
};

template <class Buffer, class Out>
struct pulled_node {
  Buffer* buffer;

  bool start(size_hint) { return true; }
  bool operator()(Out&& x) {
    buffer->put(std::forward<Out>(x));
    return true;
  }
  void finish() {}
};

/// One pulled pass over a bound pipeline: resumes the source element by element until the chain has yielded something.
template <class R, class P>
class cursor {
 public:
  using in = element_t<R&>;
  using out = typename P::template result<in>;
  using buffer = pulled<in, out, P::at_most_one>;

  cursor(R& range, const P& pipeline)
      : range_(range), chain_(P::template bind<in>(pipeline, pulled_node<buffer, out>{&buffer_})) {
    fill([this] { return begin() && (!buffer_.empty() || advance()); });
  }
  cursor(cursor&&) = delete;

  bool empty() const { return buffer_.empty(); }
  decltype(auto) front() { return buffer_.front(); }
  void next() {
    buffer_.pop();
    if (!buffer_.empty()) return;
    buffer_.clear();
    if constexpr (!P::at_most_one)
      if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (state_ != ended) fill([this] { return advance(); });
  }

 private:
  enum state : unsigned char { running, draining, ended };

  // What was yielded before something threw is read first; the exception follows.
  template <class F>
  void fill(F more) {
    if constexpr (P::at_most_one) {
      pull(more);
    } else {
      try {
        pull(more);
      } catch (...) {
        if (buffer_.empty()) throw;
        thrown_ = std::current_exception();
      }
    }
  }
  template <class F>
  void pull(F& more) {
    const state was = std::exchange(state_, ended);  // stays so if something below throws
    if (was == running && more()) {
      state_ = running;
    } else if (!buffer_.empty()) {
      state_ = draining;
    } else {
      chain_.finish();
    }
  }
  bool begin() {
    if (!chain_.start(hint_of(range_, run_)) || !await_next(range_, run_)) return false;
    it_.emplace(std::ranges::begin(range_));
    return *it_ != std::ranges::end(range_) && chain_(dereference<in>(*it_));
  }
  // Goes on until something was yielded. False: the source is at its end, or the chain has had enough.
  bool advance() {
    do {
      if (!await_next(range_, run_)) return false;
      ++*it_;
      if (*it_ == std::ranges::end(range_) || !chain_(dereference<in>(*it_))) return false;
    } while (buffer_.empty());
    return true;
  }

  R& range_;
  run_info run_{};
  buffer buffer_{};
  decltype(P::template bind<in>(std::declval<const P&>(), std::declval<pulled_node<buffer, out>>())) chain_;
  maybe<decltype(std::ranges::begin(std::declval<R&>()))> it_{};
  state state_ = running;
  std::exception_ptr thrown_{};
};

/// The input iterator of a bound pipeline. Copies share one pass.
template <class R, class P>
class pulled_iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using value_type = std::remove_cvref_t<typename cursor<R, P>::out>;
  using difference_type = std::ptrdiff_t;
  using reference = decltype(std::declval<cursor<R, P>&>().front());
  using pointer = void;

  pulled_iterator() = default;
  pulled_iterator(R& range, const P& pipeline) : pass_(std::make_shared<cursor<R, P>>(range, pipeline)) {}

  reference operator*() const { return pass_->front(); }
  pulled_iterator& operator++() {
    pass_->next();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const pulled_iterator& i, std::default_sentinel_t) { return i.pass_->empty(); }

 private:
  std::shared_ptr<cursor<R, P>> pass_{};
};

}  // namespace leat::core

#endif
