// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_CURSOR_HPP
#define LEAT_CORE_CURSOR_HPP

#include <leat/core/drive.hpp>
#include <leat/core/maybe.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <vector>

namespace leat::core {

template <class T>
concept small_value = std::is_const_v<T> && std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*);

// A reference may be kept only when the source's elements are lvalues themselves; all else is kept by value.
template <class In, class Out>
struct pulled_storage {
  using type = std::remove_cvref_t<Out>;
  static constexpr bool pointer = false;
};
template <class In, class Out>
  requires(!small_value<Out>)
struct pulled_storage<In&, Out&> {
  using type = Out*;
  static constexpr bool pointer = true;
};

/// Elements that belong to the stage which passes them on, and stay as they are until it gets its next element.
template <class T>
concept lent = requires(T& x) {
  { x.lent() } -> std::same_as<bool>;
};

/// What a chain that makes at most one element of each has yielded and its reader has not taken.
template <class In, class Out>
class pulled_one {
 public:
  using storage = pulled_storage<In, Out>;

  bool empty() const { return !item_; }
  bool filled() const { return !empty(); }
  void ready() {}
  void clear() { item_.reset(); }
  void pop() { item_.reset(); }
  void put(Out&& x) {
    if constexpr (storage::pointer) {
      item_.fill(std::addressof(x));
    } else {
      if constexpr (lent<std::remove_cvref_t<Out>>)
        if (x.lent()) return static_cast<void>(item_.fill(x.data(), x.size()));
      item_.fill(std::forward<Out>(x));
    }
  }
  decltype(auto) front() {
    if constexpr (storage::pointer)
      return static_cast<Out>(**item_);
    else
      return *item_;
  }

 private:
  maybe<typename storage::type> item_{};
};

/// The same for a chain that may yield several elements for each.
template <class In, class Out>
class pulled_many {
 public:
  using storage = pulled_storage<In, Out>;

  bool empty() const { return at_ == end_; }
  bool filled() const { return !items_.empty(); }
  void ready() {
    at_ = items_.data();
    end_ = at_ + items_.size();
  }
  void clear() {
    items_.clear();
    at_ = end_ = nullptr;
  }
  void pop() { ++at_; }
  void put(Out&& x) {
    if constexpr (storage::pointer)
      items_.push_back({std::addressof(x)});
    else
      items_.push_back({std::forward<Out>(x)});
  }
  decltype(auto) front() {
    if constexpr (storage::pointer)
      return static_cast<Out>(*at_->item);
    else
      return static_cast<typename storage::type&>(at_->item);
  }

 private:
  struct cell {  // keeps vector<bool> away
    typename storage::type item;
  };
  std::vector<cell> items_{};
  cell *at_ = nullptr, *end_ = nullptr;
};

template <class Buffer, class Out>
struct pulled_node {
  Buffer* buffer;

  bool start(start_info) { return true; }
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
  using buffer = std::conditional_t<P::at_most_one, pulled_one<in, out>, pulled_many<in, out>>;

  cursor(R& range, const P& pipeline)
      : range_(range), chain_(P::template bind<in>(pipeline, pulled_node<buffer, out>{&buffer_})) {
    fill([this] { return begin() && (buffer_.filled() || advance()); });
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
        if (!buffer_.filled()) throw;
        thrown_ = std::current_exception();
      }
      buffer_.ready();
    }
  }
  template <class F>
  void pull(F& more) {
    const state was = std::exchange(state_, ended);  // stays so if something below throws
    if (was == running && more()) {
      state_ = running;
    } else if (buffer_.filled()) {
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
    } while (!buffer_.filled());
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

}  // namespace leat::core

#endif
