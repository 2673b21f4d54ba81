// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_SINK_TO_HPP
#define LEAT_SINK_TO_HPP

#include <leat/core/pipeline.hpp>
#include <leat/core/range_concepts.hpp>
#include <leat/kit/map_key.hpp>

namespace leat::core {

/// A container that takes elements X one by one, at its end or where its order puts them.
template <class C, class X>
concept filled_with = std::default_initializable<C> && std::convertible_to<X, typename C::value_type> && requires(C& c, X x) {
  requires requires { c.push_back(std::forward<X>(x)); } || requires { c.insert(c.end(), std::forward<X>(x)); };
};

// The container for elements V that a template C makes: C<V>, or C<K, M> of pairs where C<V> is none.
template <template <class...> class C, class V>
struct container_of {
  using type = core::poison;
};
template <template <class...> class C, class V>
  requires requires { typename C<V>; }
struct container_of<C, V> {
  using type = C<V>;
};
template <template <class...> class C, class K, class M>
  requires(
      !requires { typename C<std::pair<K, M>>; } && requires { typename C<K, M>; })
struct container_of<C, std::pair<K, M>> {
  using type = C<std::remove_cv_t<K>, M>;
};

template <class C>
struct container_itself {
  template <class V>
  using type = C;
};
template <template <class...> class C>
struct container_template {
  template <class V>
  using type = typename container_of<C, V>::type;
};

template <class Target>
struct to_sink : sink_base {
  static constexpr bool keeps_elements = true;

  template <class In>
  using container = typename Target::template type<value_t<In>>;

  template <class In>
  static consteval bool accepts() {
    constexpr bool fits = filled_with<container<In>, In>;
    static_assert(fits,
                  "leat: the container of to must take the elements as they are; map to its value type first; "
                  "docs/errors.md#to-container");
    return fits;
  }

  template <class In>
  struct state {
    using result_type = container<In>;
    static constexpr std::size_t most = std::size_t{64} << 20;  // bytes that a mere upper bound may reserve

    result_type all{};

    constexpr bool start(start_info n) {
      if constexpr (requires { all.reserve(n.n); })
        if (n.known == start_info::exact || (n.known == start_info::at_most && n.n <= most / sizeof(value_t<In>)))
          all.reserve(n.n);
      return true;
    }
    constexpr bool operator()(In&& x) {
      add(std::forward<In>(x));
      return true;
    }
    constexpr void merge(state&& other) {
      if constexpr (requires {
                      typename result_type::key_type;
                      all.merge(other.all);
                    })
        all.merge(other.all);  // nodes move; of equal keys the earlier stays
      else
        for (auto&& x : other.all) add(std::move(x));
    }
    constexpr result_type result() { return std::move(all); }

   private:
    template <class X>
    constexpr void add(X&& x) {
      if constexpr (requires { typename result_type::key_type; }) check(x);
      if constexpr (requires { all.push_back(std::forward<X>(x)); })
        all.push_back(std::forward<X>(x));
      else
        all.insert(all.end(), std::forward<X>(x));
    }
    template <class X>
    constexpr void check(const X& x) const {
      using key = typename result_type::key_type;
      if constexpr (!core::may_lose_key<result_type, key>())
        return;
      else if constexpr (!requires { typename result_type::mapped_type; })
        core::findable("to", all, static_cast<const key&>(x));
      else if constexpr (requires { x.first; })
        core::findable("to", all, static_cast<const key&>(x.first));
      else
        core::findable("to", all, static_cast<const typename result_type::value_type&>(x).first);
    }
  };
};

}  // namespace leat::core

namespace leat {

/// The elements in a container of type `C`, such as `to<std::set<int>>()`. Of equal keys the first is kept; throws
/// `usage_error` where a key is NaN.
template <class C>
constexpr core::to_sink<core::container_itself<C>> to() {
  return {};
}

/// The same, the element's type deduced: `to<std::vector>()`, and `to<std::map>()` of pairs.
template <template <class...> class C>
constexpr core::to_sink<core::container_template<C>> to() {
  return {};
}

}  // namespace leat

#endif
