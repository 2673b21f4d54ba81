// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_CORE_PASS_ITERATOR_HPP
#define LEAT_CORE_PASS_ITERATOR_HPP

#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace leat::core {

/// The input iterator of a range that is read as it goes: `front`, `next` and `empty` of its pass, which copies share.
template <class Pass>
class pass_iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using reference = decltype(std::declval<Pass&>().front());
  using value_type = std::remove_cvref_t<reference>;
  using difference_type = std::ptrdiff_t;
  using pointer = std::add_pointer_t<reference>;

  pass_iterator() = default;
  explicit pass_iterator(std::shared_ptr<Pass> pass) : pass_(std::move(pass)) {}

  reference operator*() const { return pass_->front(); }
  pointer operator->() const
    requires std::is_lvalue_reference_v<reference>
  {
    return std::addressof(pass_->front());
  }
  pass_iterator& operator++() {
    pass_->next();
    return *this;
  }
  void operator++(int) { pass_->next(); }
  friend bool operator==(const pass_iterator& i, std::default_sentinel_t) { return i.pass_->empty(); }

 private:
  std::shared_ptr<Pass> pass_{};
};

}  // namespace leat::core

#endif
