// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_WINDOW_HPP
#define LEAT_PYTHON_EXCHANGE_WINDOW_HPP

#include <leat/core/config.hpp>
#include <leat/python/session/session.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <list>
#include <string>
#include <string_view>
#include <utility>

namespace leat::python_detail {

/// The batches that an exchange has sent and not handed on, in order: what has come of each and waits for its turn, and which
/// elements were handed back and are to be sent again. Knows no workers.
class window {
 public:
  struct part {  // results that wait
    std::size_t count = 0;
    std::string copy{};
    session::loan loan{};
    std::string_view loaned{};

    std::string_view body() const { return loan ? loaned : std::string_view(copy); }
  };
  struct batch {
    std::uint64_t number = 0;
    session::body_ptr body{};
    std::size_t begin = 0, count = 0, whole = 0;  // elements: of the body before it; its own; all of the body
    std::uint64_t first_record = 0;
    unsigned deaths = 0;  // of workers that had it
    bool done = false;
    std::exception_ptr failure{};
    std::size_t delivered = 0, skip = 0, seen = 0;  // results: handed on; to pass over after a replay; of its worker, so far
    std::deque<part> parts{};
    std::size_t* waiting = nullptr;  // where the bytes of those are counted

    bool answered() const { return seen != 0 || !parts.empty(); }
    /// Results that its worker has sent.
    std::size_t came() const {
      std::size_t all = seen;
      for (auto const& p : parts) all += p.count;
      return all;
    }
  };
  using place = std::list<batch>::iterator;

  /// The next batch.
  LEAT_DECL place add(session::body_ptr body, std::size_t count);
  bool empty() const noexcept { return batches_.empty(); }
  std::size_t size() const noexcept { return batches_.size(); }
  /// Elements of all batches so far.
  std::uint64_t records() const noexcept { return records_; }
  /// All before it has been handed on.
  bool is_first(const batch& b) const { return !batches_.empty() && batches_.front().number == b.number; }

  /// Hands `count` results of a batch on by `emit(batch, body, count, skip)`, which may return false: no more is wanted. Those
  /// to skip were handed on before their worker died.
  template <class Emit>
  static bool hand_on(batch& b, std::string_view body, std::size_t count, Emit emit) {
    const std::size_t skip = std::min(count, b.skip);
    b.skip -= skip;
    const bool wanted = emit(b, body, count, skip);
    b.seen += count;
    b.delivered += count - skip;
    return wanted;
  }
  /// Keeps results for their turn; their bytes count for `b.waiting`.
  LEAT_DECL static void keep(batch& b, std::string_view body, std::size_t count, session::loan loan);
  /// Hands on whatever is in turn, up to a failure, which it throws, and forgets what is done.
  template <class Emit>
  bool advance(Emit emit) {
    for (; !batches_.empty(); batches_.pop_front()) {
      batch& b = batches_.front();
      while (!b.parts.empty()) {
        const part p = take_part(b);
        if (!hand_on(b, p.body(), p.count, emit)) return false;
      }
      if (b.failure) std::rethrow_exception(b.failure);
      if (!b.done) break;
    }
    return true;
  }

  /// A worker is done with the first elements of a batch and hands back the others. The body, where no batch needs it any more.
  LEAT_DECL session::body_ptr finish(place b, std::size_t consumed);
  /// Its worker has died: all of it will come once more.
  LEAT_DECL static void repeat(batch& b);

  /// Of what was handed back, what goes first; null: nothing was.
  const batch* returned() const { return returned_.empty() ? nullptr : &*returned_.front(); }
  /// Takes that, up to so many elements, to be sent again.
  LEAT_DECL place take_returned(std::size_t most);

  /// Gives back what results lie in.
  void forget_results() noexcept {
    for (auto& b : batches_) b.parts.clear();
  }
  void clear() noexcept {
    returned_.clear();
    batches_.clear();
  }

 private:
  LEAT_DECL static part take_part(batch& b);
  LEAT_DECL place split(place from, std::size_t first);

  std::list<batch> batches_{};
  std::deque<place> returned_{};  // in order
  std::uint64_t next_ = 0, records_ = 0;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/window.ipp>
#endif

#endif
