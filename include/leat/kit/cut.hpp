// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_KIT_CUT_HPP
#define LEAT_KIT_CUT_HPP

#include <leat/core/bound.hpp>

namespace leat::core {

// Stages directly behind a range that lies in memory need not see its elements one by one: they make a range of pieces of it.
template <class Src>
inline constexpr bool over_memory = false;
template <class H>
  requires std::ranges::contiguous_range<typename H::range&> && std::ranges::sized_range<typename H::range&>
inline constexpr bool over_memory<bound<H, identity>> = true;

/// A source without stages, over contiguous elements.
template <class Src>
concept memory_source = over_memory<std::remove_cvref_t<Src>>;

struct no_view {};

/// The pieces that `cut` makes of a held range: `cut.piece<In>(data, size, i)`, of `cut.pieces(size)` in all. Where the range
/// owns its elements, they are pushed as rvalues.
template <class H, class Cut>
class cut_range : public std::conditional_t<H::owns, no_view, std::ranges::view_base> {
 public:
  static constexpr bool owns_elements = H::owns;

  template <class E>
  class iterator {
    // A small cut is kept by value, so that a loop need not read it again.
    static constexpr bool small = std::copyable<Cut> && std::is_trivially_copyable_v<Cut> && sizeof(Cut) <= 32;

   public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using pointer = void;
    using reference = decltype(std::declval<const Cut&>().template piece<E&>(std::declval<E*>(), 0, 0));
    using value_type = std::remove_cvref_t<reference>;
    using difference_type = std::ptrdiff_t;

    constexpr iterator() = default;
    constexpr iterator(const Cut& cut, E* data, std::size_t size)
        : cut_(keep(cut)), data_(data), size_(size), pieces_(cut.pieces(size)) {}

    constexpr reference operator*() const { return cut().template piece<E&>(data_, size_, at_); }
    constexpr iterator& operator++() {
      ++at_;
      return *this;
    }
    constexpr iterator operator++(int) {
      iterator old = *this;
      ++at_;
      return old;
    }
    friend constexpr bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }
    friend constexpr bool operator==(const iterator& i, std::default_sentinel_t) { return i.at_ == i.pieces_; }
    friend constexpr decltype(auto) iter_move(const iterator& i) {
      return i.cut().template piece<E&&>(i.data_, i.size_, i.at_);
    }

   private:
    using kept = std::conditional_t<small, Cut, const Cut*>;

    static constexpr kept keep(const Cut& cut) {
      if constexpr (small)
        return cut;
      else
        return &cut;
    }
    constexpr const Cut& cut() const {
      if constexpr (small)
        return cut_;
      else
        return *cut_;
    }

    kept cut_{};
    E* data_ = nullptr;
    std::size_t size_ = 0, pieces_ = 0, at_ = 0;
  };

  constexpr cut_range(H held, Cut cut) : held_(std::move(held)), cut_(std::move(cut)) {}

  constexpr auto begin() { return over(held_.get()); }
  constexpr auto begin() const
    requires std::ranges::contiguous_range<decltype(std::declval<const H&>().get())>
  {
    return over(held_.get());
  }
  constexpr std::default_sentinel_t end() const { return {}; }
  constexpr std::size_t size() { return cut_.pieces(std::ranges::size(held_.get())); }
  constexpr std::size_t size() const
    requires std::ranges::sized_range<decltype(std::declval<const H&>().get())>
  {
    return cut_.pieces(std::ranges::size(held_.get()));
  }

 private:
  template <class R>
  constexpr auto over(R& r) const {
    return iterator<std::remove_reference_t<std::ranges::range_reference_t<R&>>>(cut_, std::ranges::data(r),
                                                                                 std::ranges::size(r));
  }

  H held_;
  Cut cut_;
};

/// Such a source whose elements are not moved out of it: what is made of them may take all of them as lvalues.
template <class Src>
concept lasting_memory_source = memory_source<Src> && !decltype(std::remove_cvref_t<Src>::held)::owns;

/// What a stage's `apply` yields for such a source.
template <class Stage, class H, class Cut>
constexpr auto cut_source(bound<H, identity> source, Cut cut) {
  if constexpr (Stage::template accepts<typename H::pushed>()) {
    using range = cut_range<H, Cut>;
    return bound<owned<range>, identity>({range(std::move(source.held), std::move(cut))}, {});
  } else
    return poison{};
}

}  // namespace leat::core

#endif
