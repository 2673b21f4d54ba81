// SPDX-License-Identifier: BSL-1.0
#include "golden.hpp"

#include <leat/wire/pickle.hpp>

#include <doctest/doctest.h>

namespace wire_golden {
namespace {

namespace fs = std::filesystem;
using test::expect;

TEST_CASE("behaviour 22: golden pickles of every type, protocols 0 to 5, read and written") {
  std::size_t files = 0;
  test::golden_cases([&files]<class T>(const std::string& name, const std::vector<T>& expected) {
    CAPTURE(name);
    expect(test::encode<leat::pickle>(expected) == test::read_file(test::golden_folder() / (name + ".leat.pickle")), "written");
    for (const char* form : {"leat", "fast", "0", "2", "3", "4", "5"}) {
      fs::path path = test::golden_folder() / (name + "." + form + ".pickle");
      if (!fs::exists(path)) continue;
      CAPTURE(std::string(form));
      std::string body = test::read_file(path);
      expect(test::same(test::decode<leat::pickle, T>(body), expected), "read as a batch");
      expect(test::same(leat::pickle::loads<std::vector<T>>(body), expected), "read as a value");
      ++files;
    }
  });
  CHECK(files > 150);
}

TEST_CASE("pickle: the quick reading takes what CPython and leat write for typed results") {
  test::golden_cases([]<class T>(const std::string& name, const std::vector<T>& expected) {
    CAPTURE(name);
    for (const char* form : {"leat", "fast", "4", "5"}) {
      fs::path path = test::golden_folder() / (name + "." + form + ".pickle");
      if (!fs::exists(path)) continue;
      CAPTURE(std::string(form));
      std::string body = test::read_file(path);
      std::size_t n = 0;
      auto ignore = [](T&&) { return true; };
      bool quick = leat::wire::pickle_decode_quick<T>(body, n, ignore) == leat::wire::progress::finished;
      expect(quick && n == expected.size(), "quickly");
    }
  });
}

}  // namespace
}  // namespace wire_golden
