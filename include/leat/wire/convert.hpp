// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CONVERT_HPP
#define LEAT_WIRE_CONVERT_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>
#include <leat/wire/codec.hpp>
#include <leat/wire/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace leat {

namespace wire {

/// Turns decoded Python values into C++ ones; a value that does not fit is a `conversion_error` that says where in the
/// record it stood.
class converter {
 public:
  /// `budget` bounds the bytes of those values handed out that stand in several places, which could multiply without end.
  explicit converter(std::size_t budget, std::optional<std::size_t> record = {}) : budget_(budget), record_(record) {}

  void record(std::size_t index) { record_ = index; }

  /// Converts a whole record.
  template <class T>
  void whole(const value& v, T& x) {
    place_ = nullptr;
    attempt(v, x);
  }
  /// Converts the item number `index` of a container of type `Outer`.
  template <class Outer, class T>
  void item(const value& v, T& x, std::size_t index) {
    inside(step{place_, &wire_codec<Outer>::name, index, nullptr, {}, false}, v, x);
  }
  /// Converts a struct's field.
  template <class Outer, class T>
  void field(const value& v, T& x, std::string_view name) {
    inside(step{place_, &wire_codec<Outer>::name, 0, nullptr, name, false}, v, x);
  }
  /// Converts a dict's key; with `of`, the value that belongs to that key.
  template <class Outer, class T>
  void entry(const value& v, T& x, const value* of = nullptr) {
    inside(step{place_, &wire_codec<Outer>::name, 0, of, {}, true}, v, x);
  }

  /// Converts to one of several types that a value may have: throws as if `T` were the declared one.
  template <class T>
  void alternative(const value& v, T& x) {
    const step* here = place_;
    const std::size_t before = budget_;
    try {
      if (!wire_codec<T>::convert(*this, v, x)) fail(v, &wire_codec<T>::name);
    } catch (const conversion_error&) {
      budget_ = before;
      place_ = here;
      expected_.clear();
      v.active = !v.items.empty();
      throw;
    }
  }

  /// Counts what a value takes in C++, without its text, against the budget if it may stand in several places.
  void spend(const value& v, std::size_t size) {
    if (!v.shared && shared_ == 0) return;
    size += v.text.size();
    if (size > budget_) exhausted();
    budget_ -= size;
  }

  /// For a codec's `convert`: words of its own for what was expected. Returns false, which means "does not fit".
  bool refuse(std::string expected) {
    expected_ = std::move(expected);
    return false;
  }

  /// Throws, since this key of a dict, or item of a set, became the same as another one of its container.
  [[noreturn]] LEAT_DECL void merged(const value& key, const char* what, std::string (*container)());

  /// Marks a value as being converted, by which one inside itself is found; throws `protocol_error` where values nest too deep.
  struct guard {
    converter& c;
    const value& v;
    guard(converter& by, const value& entered) : c(by), v(entered) {
      if (c.depth_ == max_depth) c.too_deep();
      ++c.depth_;
      c.shared_ += v.shared;
      v.active = true;
    }
    ~guard() {
      v.active = false;
      c.shared_ -= v.shared;
      --c.depth_;
    }
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
  };

 private:
  struct step {
    const step* outer;
    std::string (*name)();
    std::size_t index;
    const value* key;
    std::string_view field;
    bool dict;
  };

  template <class T>
  void inside(const step& here, const value& v, T& x) {
    place_ = &here;
    attempt(v, x);
    place_ = here.outer;
  }

  template <class T>
  void attempt(const value& v, T& x) {
    spend(v, sizeof(T));
    if (v.items.empty()) {
      if (!wire_codec<T>::convert(*this, v, x)) fail(v, &wire_codec<T>::name);
      return;
    }
    if (v.active) recursive(v, &wire_codec<T>::name);
    guard entered(*this, v);
    if (!wire_codec<T>::convert(*this, v, x)) fail(v, &wire_codec<T>::name);
  }

  LEAT_DECL std::string expected(std::string (*name)()) const;
  [[noreturn]] LEAT_DECL void fail(const value& v, std::string (*name)());
  [[noreturn]] LEAT_DECL void recursive(const value& v, std::string (*name)());
  [[noreturn]] LEAT_DECL void exhausted() const;
  [[noreturn]] LEAT_DECL void too_deep() const;

  std::size_t budget_;
  std::size_t depth_ = 0, shared_ = 0;  // values being converted, and those of them that may stand in several places
  std::optional<std::size_t> record_;
  std::string expected_;
  const step* place_ = nullptr;
};

}  // namespace wire

}  // namespace leat

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/wire/impl/convert.ipp>
#endif

#endif
