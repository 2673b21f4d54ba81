// SPDX-License-Identifier: BSL-1.0
// Whatever elements travel by, results are the same: 27.
#include <leat/python/python.hpp>
#include <leat/run/run.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/wire/columns.hpp>
#include <leat/wire/msgpack.hpp>

#include <tuple>

#include "../python/support.hpp"

namespace behaviours_wires {
namespace {

using namespace support;

struct sample {
  std::int32_t id = 0;
  double weight = 0;
  std::string name;
  LEAT_FIELDS(id, weight, name)
  bool operator==(const sample&) const = default;
};

using row = std::tuple<std::int64_t, std::string, std::pair<float, bool>>;

template <class T>
T made(std::size_t i) {
  const auto x = static_cast<int>(i);
  if constexpr (std::is_same_v<T, std::string>)
    return std::to_string(i) + (i % 7 == 0 ? "\xc3\xa4" : "");
  else if constexpr (std::is_same_v<T, row>)
    return {x - 50, std::string(i % 9, 'r'), {0.5f * static_cast<float>(x), i % 3 == 0}};
  else if constexpr (std::is_same_v<T, sample>)
    return {x, 0.25 * x, "s" + std::to_string(i % 10)};
  else
    return static_cast<T>(x % 120);
}

/// All operations on a range and on a dataset, against what a loop gives.
template <class Wire, class T>
void same_for(const leat::python<Wire>& py, std::size_t n) {
  CAPTURE(n);
  leat::context ctx({.slots = 2});
  std::vector<T> in, twice, thirds;
  for (std::size_t i = 0; i != n; ++i) {
    in.push_back(made<T>(i));
    twice.insert(twice.end(), 2, made<T>(i));
    if (i % 3 == 0) thirds.push_back(made<T>(i));
  }
  const std::tuple<const char*, leat::python_stage<Wire, T>, const std::vector<T>*> cases[] = {
      {"map", py.template map<T>("lambda x: x"), &in},
      {"two maps", py.map("lambda x: [x]") | py.template map<T>("lambda x: x[0]"), &in},
      {"flat_map", py.template flat_map<T>("lambda x: (x, x)"), &twice},
      {"flat_map that yields nothing", py.template flat_map<T>("lambda x: ()") | py.template map<T>("lambda x: x"), nullptr},
      {"filter", py.template map<T>("lambda x: x") | py.filter("lambda x: [x] != []"), &in},
      {"map_batches", py.template map_batches<T>("lambda xs: xs"), &in},
      {"map_partitions", py.template map_partitions<T>("lambda it: it"), &in},
      {"map_partitions of a partition", py.template map_partitions<T>("lambda it: list(it)[::3]"), nullptr},
  };
  for (auto const& c : cases) {
    const std::string what = std::get<0>(c);
    auto const& stage = std::get<1>(c);
    const std::vector<T>* const expected = std::get<2>(c);
    CAPTURE(what);
    const auto whole = in | stage | leat::to_vector();
    if (expected != nullptr) {
      CHECK(whole == *expected);
      CHECK((ctx.parallelize(in, 3) | stage | leat::to_vector()) == *expected);
    } else {
      CHECK(whole == (what == "map_partitions of a partition" ? thirds : std::vector<T>{}));
    }
  }
}

TEST_CASE_TEMPLATE("behaviour 27: every wire gives the same results for every operation", Wire, leat::pickle, leat::msgpack,
                   leat::columns) {
  const leat::python<Wire> py(quiet(2));
  for (const std::size_t n : {0, 1, 1000}) {
    same_for<Wire, double>(py, n);
    same_for<Wire, std::uint8_t>(py, n);
    same_for<Wire, std::string>(py, n);
    same_for<Wire, row>(py, n);
    same_for<Wire, sample>(py, n);
  }
  same_for<Wire, double>(py, 200'000);
}

TEST_CASE_TEMPLATE("behaviour 27: every wire places a failure and a result that does not fit alike", Wire, leat::pickle,
                   leat::msgpack, leat::columns) {
  const leat::python<Wire> py(quiet(1));
  const std::vector<double> in = [] {
    std::vector<double> all;
    for (int i = 0; i != 1000; ++i) all.push_back(i);
    return all;
  }();
  const auto failed =
      thrown<leat::python_error>([&] { in | py.template map<double>("lambda x: 1 / (x - 777)") | leat::to_vector(); });
  CHECK(failed.where().record == 777);
  CHECK(failed.type() == "ZeroDivisionError");
  for (const char* bad : {"'text'", "None", "[1.5]", "(1.5,)", "1j", "2**53 + 1", "True"}) {
    CAPTURE(std::string(bad));
    const auto e = thrown<leat::conversion_error>(
        [&] { in | py.template map<double>("lambda x: " + std::string(bad) + " if x == 777 else x") | leat::to_vector(); });
    CHECK(e.where().record == 777);
  }
  CHECK((in | py.template map<double>("lambda x: int(x)") | leat::to_vector()) == in);
  CHECK((in | py.template map<double>("lambda x: __import__('numpy').float32(x)") | leat::to_vector()) == in);
  CHECK((in | py.template map<double>("lambda x: __import__('fractions').Fraction(x)") | leat::to_vector()) == in);
}

}  // namespace
}  // namespace behaviours_wires
