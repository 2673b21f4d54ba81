// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_STAGE_CHUNK_HPP
#define LEAT_STAGE_CHUNK_HPP

#include <leat/core/maybe.hpp>
#include <leat/core/pipeline.hpp>
#include <leat/kit/checked_count.hpp>
#include <leat/kit/cut.hpp>
#include <leat/kit/kept.hpp>

#include <vector>

namespace leat::core {

// What a chunk may expect of the elements that are still to come.
class chunk_hints {
 public:
  std::size_t n;

  constexpr explicit chunk_hints(std::size_t size) : n(size) {}

  constexpr std::size_t chunks(std::size_t size) const { return size / n + (size % n != 0); }
  /// Begins with `all` elements; yields the hint for the chunks.
  constexpr start_info start(start_info all) {
    rest_ = all;
    return core::counted(all, [this](std::size_t m) { return chunks(m); });
  }
  constexpr start_info next() {
    const start_info hint = rest_.limit(n);
    rest_ = core::without(rest_, n);
    return hint;
  }

 private:
  start_info rest_{};
};

template <class In, class Next>
struct chunk_node {
  chunk_hints hints;
  Next next;
  std::vector<value_t<In>> part{};
  bool more = false;

  constexpr bool start(start_info all) {
    more = next.start(hints.start(all));
    if (more) reserve();
    return more;
  }
  constexpr bool operator()(In&& x) {
    part.push_back(std::forward<In>(x));
    if (part.size() != hints.n) return true;
    if (!pass()) return false;
    reserve();
    return true;
  }
  constexpr void finish() {
    if (more && !part.empty()) pass();
    next.finish();
  }

 private:
  constexpr void reserve() {
    constexpr std::size_t most = (std::size_t{1} << 20) / sizeof(value_t<In>) + 1;  // what a mere upper bound may reserve
    const start_info hint = hints.next();
    if (part.capacity() == 0) part.reserve(hint.known == start_info::exact || hint.n < most ? hint.n : most);
  }
  constexpr bool pass() {
    more = next(std::move(part));
    part.clear();
    return more;
  }
};

template <class K>
struct chunk_sink_cut {
  chunk_hints hints;
  K sink;

  constexpr std::size_t pieces(std::size_t size) const { return hints.chunks(size); }
  template <class In, class E>
  constexpr core::result_of<K, In> piece(E* data, std::size_t size, std::size_t i) const {
    const std::size_t at = i * hints.n, n = size - at < hints.n ? size - at : hints.n;
    core::run_info run;
    core::fed_state<K, In> group(sink);
    if (group.start({n, start_info::exact, &run}))
      for (E *x = data + at, *end = x + n; x != end; ++x)
        if (!group(static_cast<In>(*x))) break;
    group.finish();
    return group.result();
  }
};

template <class K, class In, class Next>
struct chunk_sink_node {
  chunk_hints hints;
  K sink;
  Next next;
  core::maybe<core::fed_state<K, In>> group{};
  core::run_info run{};  // of one chunk: a stage within the sink ends with it
  std::size_t left = 0;
  bool more = false;

  constexpr bool start(start_info all) {
    more = next.start(hints.start(all));
    if (all.run != nullptr) run = *all.run;
    if (more) open();
    return more;
  }
  constexpr bool operator()(In&& x) {
    (*group)(std::forward<In>(x));
    if (--left != 0) return true;
    if (!pass()) return false;
    open();  // and not with the next element, which would cost a test an element
    return true;
  }
  constexpr void finish() {
    if (more && left != hints.n) pass();
    next.finish();
  }

 private:
  constexpr void open() {
    group.emplace(std::as_const(sink));
    start_info hint = hints.next();
    run.first = nullptr;
    hint.run = &run;
    group->start(hint);
    left = hints.n;
  }
  constexpr bool pass() {
    group->finish();
    return more = next(group->result());
  }
};

struct [[nodiscard]] chunk_stage : stage_base {
  static constexpr bool at_most_one = true;

  std::size_t n;

  constexpr explicit chunk_stage(std::size_t size) : n(size) {}

  template <class In>
  using result = std::vector<value_t<In>>;

  template <class In>
  static consteval bool accepts() {
    return core::accepts_held<In>();
  }

  template <class In, class Self, class Next>
  static constexpr chunk_node<In, Next> bind(Self&& self, Next next) {
    return {core::chunk_hints(self.n), std::move(next)};
  }
};

template <class K>
struct [[nodiscard]] chunk_sink_stage : stage_base {
  static constexpr bool at_most_one = true;

  std::size_t n;
  K sink;

  constexpr chunk_sink_stage(std::size_t size, K k) : n(size), sink(std::move(k)) {}

  template <class In>
  using result = core::result_of<K, In>;

  template <class In>
  static consteval bool accepts() {
    return K::template accepts<In>();
  }

  template <class In, class Self, class Next>
  static constexpr chunk_sink_node<K, In, Next> bind(Self&& self, Next next) {
    return {core::chunk_hints(self.n), std::forward<Self>(self).sink, std::move(next)};
  }

  /// Directly behind a range in memory.
  template <core::lasting_memory_source Src>
  constexpr auto apply(Src&& source) && {
    return core::cut_source<chunk_sink_stage>(std::forward<Src>(source),
                                              chunk_sink_cut<K>{core::chunk_hints(n), std::move(sink)});
  }
};

struct chunk_fn {
  template <std::integral N>
  constexpr chunk_stage operator()(N n) const {
    return chunk_stage(core::checked_count("chunk", n, 1));
  }
  template <std::integral N, class K>
  constexpr auto operator()(N n, K sink) const {
    if constexpr (accepts_copied_sink<K>())
      return chunk_sink_stage<K>(core::checked_count("chunk", n, 1), std::move(sink));
    else
      return core::poison{};
  }
};

}  // namespace leat::core

namespace leat {

/// Passes on `std::vector`s of `n` successive elements, the last maybe of fewer; or what `sink` makes of them, with nothing
/// kept. Throws `usage_error` where `n` is not positive.
inline constexpr core::chunk_fn chunk{};

}  // namespace leat

#endif
