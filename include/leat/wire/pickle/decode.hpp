// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_PICKLE_DECODE_HPP
#define LEAT_WIRE_PICKLE_DECODE_HPP

#include <leat/wire/codec.hpp>
#include <leat/wire/convert.hpp>
#include <leat/wire/pickle/machine.hpp>
#include <leat/wire/pickle/reader.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace leat::detail {

/// Values that shared references of a body may unfold to.
constexpr std::size_t unfold_budget(std::size_t body) { return body * 1024 + (std::size_t{1} << 24); }

/// How far the quick reading of a batch came.
enum class progress { finished, stopped, unusual };

template <class T, class F>
progress pickle_decode_quick(std::string_view body, std::size_t& n, F& f) {
  pickle_reader in(body);
  in.skip_proto();
  if (!in.take(op_empty_list)) return progress::unusual;
  in.memo();
  for (;;) {
    bool run = in.take(op_mark);
    if (!run && in.take(op_stop)) return in.at_end() ? progress::finished : progress::unusual;
    while (!run || !in.take(op_appends)) {
      T x{};
      if (!wire_codec<T>::decode(in, x)) return progress::unusual;
      if (!run && !in.take(op_append)) return progress::unusual;
      ++n;
      if (!f(std::move(x))) return progress::stopped;
      if (!run) break;
    }
  }
}

/// Reads the whole body again and hands over its elements from number `n` on.
template <class T, class F>
void pickle_decode_all(std::string_view body, std::size_t& n, F& f) {
  value_tree tree;
  const value& list = unpickle(body, tree);
  if (list.kind != value_kind::list) throw protocol_error("a batch must be a pickled list, not " + type_of(list));
  converter convert(unfold_budget(body.size()));
  while (n < list.items.size()) {
    T x{};
    convert.record(n);
    convert.whole(*list.items[n], x);
    ++n;
    if (!f(std::move(x))) return;
  }
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
  return x;
}

}  // namespace leat::detail

#endif
