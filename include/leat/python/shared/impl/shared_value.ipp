// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SHARED_IMPL_SHARED_VALUE_IPP
#define LEAT_PYTHON_SHARED_IMPL_SHARED_VALUE_IPP

#include <leat/core/error.hpp>
#include <leat/posix/memory_file.hpp>
#include <leat/posix/write_all.hpp>
#include <leat/python/shared/shared_value.hpp>

#include <cstdint>
#include <cstring>

#include <sys/random.h>

namespace leat::python_detail {

/// Multiplies to 128 bits and folds them.
inline std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

LEAT_DECL std::string digest_of(std::string_view head, std::string_view content) {
  struct keys {
    std::uint64_t k[4] = {0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u, 0x94d049bb133111ebu, 0x2545f4914f6cdd1du};
    keys() {
      std::uint64_t random[4];  // so that nobody can prepare two values of one digest
      if (::getrandom(random, sizeof random, GRND_NONBLOCK) == sizeof random)
        for (int i = 0; i < 4; ++i) k[i] = random[i] | 1;
    }
  };
  static const keys secret;
  const auto& k = secret.k;
  std::uint64_t a = k[0], b = k[1];
  const auto add = [&](std::uint64_t x, std::uint64_t y) {
    a = folded_product(a ^ x ^ k[2], y ^ k[3]) + y;
    b = folded_product(b ^ y ^ k[0], x ^ k[1]) + x;
  };
  for (const std::string_view part : {head, content}) {
    const char* p = part.data();
    std::size_t left = part.size();
    std::uint64_t two[2];
    for (; left >= 16; left -= 16, p += 16) {
      std::memcpy(two, p, 16);
      add(two[0], two[1]);
    }
    two[0] = two[1] = 0;
    if (left > 0) std::memcpy(two, p, left);
    add(two[0], two[1]);
    add(part.size(), a ^ b);
  }
  std::string text;
  for (const std::uint64_t h : {a, b})
    for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(h >> shift) & 15];
  return text;
}

LEAT_DECL shared_value::shared_value(std::string kind, std::string_view content, bool broadcast)
    : kind_(std::move(kind)), digest_(digest_of(kind_, content)), size_(content.size()), broadcast_(broadcast) {
  if (const int error = make_memory_file("leat-value", content, true, file_))
    throw output_error("cannot keep a value of " + std::to_string(size_) + " bytes for the workers: " + core::reason_of(error));
}

LEAT_DECL shared_value_ptr shared_value_ref::get() const {
  const std::lock_guard held(mutex_);
  if (content_ == nullptr)
    throw usage_error("this broadcast was destroyed; make another one, or destroy it after its last use");
  return content_;
}

LEAT_DECL void shared_value_ref::destroy() {
  const std::lock_guard held(mutex_);
  content_ = nullptr;
}

}  // namespace leat::python_detail

#endif
