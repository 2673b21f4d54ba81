// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_TESTS_WIRE_SUPPORT_HPP
#define LEAT_TESTS_WIRE_SUPPORT_HPP

#include <leat/core/error.hpp>
#include <leat/wire/buffer.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace test {

/// The folder of the golden files: LEAT_GOLDEN, else beside this file, else as seen from the project's root.
inline std::filesystem::path golden_folder() {
  if (const char* folder = std::getenv("LEAT_GOLDEN")) return folder;
  auto beside = std::filesystem::absolute(__FILE__).parent_path() / "golden";
  return std::filesystem::exists(beside) ? beside : std::filesystem::absolute("tests/wire/golden");
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), "cannot read " << path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(const std::filesystem::path& path, std::string_view data) {
  std::ofstream(path, std::ios::binary).write(data.data(), static_cast<std::streamsize>(data.size()));
}

/// Bytes with embedded zeros, from a literal.
template <std::size_t N>
std::string raw(const char (&text)[N]) {
  return {text, N - 1};
}

/// Equality in which NaN equals NaN and -0.0 differs from 0.0.
template <class T>
bool same(const T& a, const T& b) {
  return a == b;
}
inline bool same(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i != a.size(); ++i)
    if (!same<T>(a[i], b[i])) return false;
  return true;
}
inline bool same(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i != a.size(); ++i)
    if (!same(a[i], b[i])) return false;
  return true;
}

/// A check that costs a template no assertion of its own to compile.
inline void expect(bool ok, std::string_view what) { CHECK_MESSAGE(ok, what); }

template <class Wire, class T>
std::string encode(const std::vector<T>& values) {
  leat::wire::buffer out;
  typename Wire::template encoder<T> encoder;
  encoder.begin(out);
  for (const T& x : values) encoder.put(out, x);
  encoder.end(out, values.size());
  return std::string(out.view());
}

/// Where decoded elements go: one type, so that a wire's decoding is compiled once for each type of theirs.
template <class T>
struct receiver {
  void (*take)(void*, T&&) = [](void*, T&&) {};
  void* where = nullptr;

  bool operator()(T&& x) const {
    take(where, std::move(x));
    return true;
  }
};

template <class Wire, class T>
std::vector<T> decode(std::string_view body) {
  std::vector<T> values;
  const auto keep = [](void* all, T&& x) { static_cast<std::vector<T>*>(all)->push_back(std::move(x)); };
  std::size_t n = Wire::template decode<T>(body, receiver<T>{keep, &values});
  expect(n == values.size(), "the number of elements");
  return values;
}

template <class Wire, class T>
void round_trip(const std::vector<T>& values) {
  expect(same(decode<Wire, T>(encode<Wire, T>(values)), values), "there and back");
}

/// The text of the error that decoding ends in; empty where it ends in none.
template <class Wire, class T>
std::string decode_error(std::string_view body) {
  try {
    Wire::template decode<T>(body, receiver<T>());
  } catch (const leat::error& e) {
    return e.what();
  }
  return {};
}

/// A generator whose seed the failing test prints; LEAT_TEST_SEED repeats one.
struct seeded {
  std::uint64_t seed;
  std::mt19937_64 engine;

  seeded() : seed(std::random_device{}()), engine() {
    if (const char* given = std::getenv("LEAT_TEST_SEED")) seed = std::strtoull(given, nullptr, 10);
    engine.seed(seed);
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine() % n); }
};

}  // namespace test

#endif
