// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_DECODE_HPP
#define LEAT_WIRE_PICKLE_DECODE_HPP

#include <leat/wire/codec.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/convert.hpp>
#include <leat/wire/pickle/machine.hpp>
#include <leat/wire/pickle/reader.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace leat::wire {

/// How far the quick reading of a batch came.
enum class progress { finished, stopped, unusual };

/// An element that waits for its run's APPENDS: until then a TUPLE2 could still make it half of another one.
template <class T>
struct held {
  T x{};
};

/// A text is held as a view, and made where the one before it stood, so that its memory is used again unless it was moved away.
template <text_like T>
struct held<T> {
  std::string_view x{};
};

/// The elements of a run, in the place of a std::vector, of which each type of element takes 20 ms to compile.
template <class T>
struct held_run {
  explicit held_run(std::size_t n) : first(static_cast<held<T>*>(::operator new(n * sizeof(held<T>), alignment))), room(n) {}
  held_run(const held_run&) = delete;
  ~held_run() {
    clear();
    ::operator delete(static_cast<void*>(first), alignment);
  }

  /// One more, made anew.
  held<T>& next() {
    if (size == room) grow();
    held<T>* const made = ::new (static_cast<void*>(first + size)) held<T>{};
    ++size;
    return *made;
  }
  void grow() {
    held_run more(2 * room);
    for (; more.size < size; ++more.size)
      ::new (static_cast<void*>(more.first + more.size)) held<T>{std::move(first[more.size].x)};
    held<T>* const emptied = first;
    first = more.first;
    more.first = emptied;
    room = more.room;
  }
  void clear() {
    while (size != 0) first[--size].~held();
  }

  static constexpr std::align_val_t alignment{alignof(held<T>)};

  held<T>* first;
  std::size_t size = 0, room;
};

template <class T>
bool read_held(pickle_reader& in, held<T>& to) {
  if constexpr (std::same_as<T, std::string>) {
    return in.str(to.x);
  } else if constexpr (text_like<T>) {
    return in.bytes(to.x);
  } else {
    return wire_codec<T>::decode(in, to.x);
  }
}

/// Sets a text to bytes that have been read.
template <text_like T>
void assign(T& x, std::string_view raw) {
  const auto* first = reinterpret_cast<const typename T::value_type*>(raw.data());
  x.assign(first, first + raw.size());
}

template <class T, class F>
progress pickle_decode_quick(std::string_view body, std::size_t& n, F& f) {
  pickle_reader in(body);
  [[maybe_unused]] std::conditional_t<text_like<T>, T, std::monostate> text;
  in.skip_proto();
  if (!in.take(op_empty_list)) return progress::unusual;
  in.memo();
  held_run<T> run(std::min<std::size_t>(body.size() / 16 + 1, 1000));  // CPython's runs are of 1,000
  while (!in.take(op_stop)) {
    run.clear();
    if (in.take(op_mark)) {
      if constexpr (std::signed_integral<T> && sizeof(T) >= 4) {  // most ints come so; it saves a third of their time
        T few[1000];
        const std::size_t k = in.short_integers(few, 1000);
        if (in.take(op_appends)) {
          for (std::size_t i = 0; i < k; ++i) {
            ++n;
            if (!f(std::move(few[i]))) return progress::stopped;
          }
          continue;
        }
        for (std::size_t i = 0; i < k; ++i) run.next().x = few[i];
      }
      while (!in.take(op_appends))
        if (!read_held<T>(in, run.next())) return progress::unusual;
    } else if (!read_held<T>(in, run.next()) || !in.take(op_append)) {
      return progress::unusual;
    }
    for (std::size_t i = 0; i < run.size; ++i) {
      held<T>& element = run.first[i];
      ++n;
      if constexpr (text_like<T>) {
        assign(text, element.x);
        if (!f(std::move(text))) return progress::stopped;
      } else {
        if (!f(std::move(element.x))) return progress::stopped;
      }
    }
  }
  return in.at_end() ? progress::finished : progress::unusual;
}

/// Refuses what no conversion has come to.
inline void check_rest(const value_tree& tree) {
  if (tree.malformed) throw protocol_error("this is no pickle that can be read: it holds " + std::string(tree.malformed));
}

/// Reads the whole body again and hands over its elements from number `n` on.
template <class T, class F>
void pickle_decode_all(std::string_view body, std::size_t& n, F& f) {
  value_tree tree;
  const value& list = unpickle(body, tree);
  if (list.kind != value_kind::list) throw protocol_error("a batch must be a pickled list, not " + type_of(list));
  if (list.items.size() < n) throw protocol_error("a batch whose list changes after it was filled");
  converter convert(unfold_budget(body.size()));
  while (n < list.items.size()) {
    T x{};
    convert.record(n);
    convert.whole(*list.items[n], x);
    ++n;
    if (!f(std::move(x))) return;
  }
  check_rest(tree);
}

template <class T, class F>
std::size_t pickle_decode(std::string_view body, F& f) {
  std::size_t n = 0;
  if (pickle_decode_quick<T>(body, n, f) == progress::unusual) pickle_decode_all<T>(body, n, f);
  return n;
}

template <class T>
T pickle_loads(std::string_view body) {
  {
    pickle_reader in(body);
    in.skip_proto();
    T x{};
    if (wire_codec<T>::decode(in, x) && in.take(op_stop) && in.at_end()) return x;
  }
  value_tree tree;
  const value& v = unpickle(body, tree);
  T x{};
  converter(unfold_budget(body.size())).whole(v, x);
  check_rest(tree);
  return x;
}

}  // namespace leat::wire

#endif
