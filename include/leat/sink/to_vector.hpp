// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_TO_VECTOR_HPP
#define LEAT_SINK_TO_VECTOR_HPP

#include <leat/core/pipeline.hpp>

#include <iterator>
#include <vector>

namespace leat {

struct to_vector_sink : sink_base {
  template <class In>
  static consteval bool accepts() {
    return core::accepts_kept<In>();
  }

  // Where the size is known, plain values are stored into sized memory: a push_back costs four to six times as much.
  template <class In>
  class state {
   public:
    using value = value_t<In>;
    static constexpr bool stores = std::is_trivially_default_constructible_v<value> && std::is_trivially_copyable_v<value> &&
                                   std::assignable_from<value&, In> && !std::same_as<value, bool>;
    static constexpr std::size_t most = std::size_t{64} << 20;  // bytes that a mere upper bound may reserve

    state() = default;
    state(state&&) = default;
    state& operator=(state&&) = default;

    constexpr bool start(size_hint n) {
      if (n.known == size_hint::exact) {
        if constexpr (stores) {
          all_.resize(n.n);
          at_ = all_.data();
          end_ = at_ + n.n;
        } else {
          all_.reserve(n.n);
        }
      } else if (n.known == size_hint::at_most && n.n <= most / sizeof(value)) {
        all_.reserve(n.n);
      }
      return true;
    }
    constexpr bool operator()(In&& x) {
      if constexpr (stores)
        if (at_ != end_) {
          *at_++ = std::forward<In>(x);
          return true;
        }
      all_.push_back(std::forward<In>(x));
      return true;
    }
    constexpr void merge(state&& other) {
      settle();
      other.settle();
      if (all_.empty())
        all_ = std::move(other.all_);
      else
        all_.insert(all_.end(), std::make_move_iterator(other.all_.begin()), std::make_move_iterator(other.all_.end()));
    }
    constexpr std::vector<value> result() {
      settle();
      return std::move(all_);
    }

   private:
    constexpr void settle() {  // drops the room that was not filled
      if constexpr (stores) {
        all_.resize(all_.size() - static_cast<std::size_t>(end_ - at_));
        at_ = end_ = nullptr;
      }
    }

    std::vector<value> all_{};
    value* at_ = nullptr;
    value* end_ = nullptr;
  };
};

/// The elements in order, as `std::vector` of their value type.
constexpr to_vector_sink to_vector() { return {}; }

}  // namespace leat

#endif
