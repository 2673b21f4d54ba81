// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/pickle.hpp>

#include <chrono>
#include <cstdio>

#include <unistd.h>

#include "types.hpp"

namespace wire_types_trip {
namespace {

namespace fs = std::filesystem;
using namespace types;
namespace chr = std::chrono;

using micros = chr::sys_time<chr::microseconds>;
using scalars = std::tuple<std::complex<double>, leat::big_int, micros, chr::local_time<chr::microseconds>, chr::year_month_day,
                           chr::microseconds, leat::bytearray>;
using nested = std::tuple<std::vector<std::variant<std::monostate, int, std::string, point, pixel, std::vector<int>>>, person,
                          std::vector<place>>;
using frozen = std::map<std::set<int>, std::set<std::string>>;

struct makes {
  test::seeded& random;

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random.engine() % static_cast<std::uint64_t>(high - low + 1));
  }
  double real() { return static_cast<double>(between(-1000, 1000)) / 8; }

  scalars scalar() {
    std::string raw;
    for (std::size_t n = random.below(40); n != 0; --n) raw += static_cast<char>(random.below(256));
    leat::bytearray bytes;
    bytes.assign(random.below(300), std::byte{9});
    const chr::microseconds at(between(leat::wire::first_microsecond, leat::wire::last_microsecond));
    const chr::sys_days day(chr::days(between(leat::wire::first_day, leat::wire::last_day)));
    return {{real(), real()},
            leat::big_int::from_bytes(raw),
            micros(at),
            chr::local_time<chr::microseconds>(random.below(2) == 0 ? at : chr::floor<chr::minutes>(at)),
            day,
            chr::microseconds(between(INT64_MIN / 4, INT64_MAX / 4) >> random.below(62)),
            bytes};
  }
  nested tree() {
    nested t;
    auto& [any, who, places] = t;
    any = {std::monostate{}, int(between(-300, 300)),
           "text",           point{real(), real()},
           pixel{1, 2},      std::vector<int>(random.below(4), 3)};
    any.resize(random.below(7));
    who = person("name", random.below(2) == 0 ? std::nullopt : std::optional(5),
                 std::vector<point>(random.below(3), point{real(), 1}));
    places.assign(random.below(4), place{"here", {real(), 0}});
    return t;
  }
};

std::string python_path() {
  const char* given = std::getenv("LEAT_PYTHON");
  return given ? given : "/usr/bin/python3";
}

TEST_CASE("behaviour 22: times, structs and their kin through a real Python, every protocol, both of its picklers") {
  if (::access(python_path().c_str(), X_OK) != 0) {
    std::printf("[skipped] behaviour 22, types_trip: there is no %s\n", python_path().c_str());
    return;
  }
  test::seeded random;
  CAPTURE(random.seed);
  makes make{random};
  std::vector<scalars> values;
  for (int i = 0; i != 1000; ++i) values.push_back(make.scalar());
  std::vector<nested> trees;
  for (int i = 0; i != 200; ++i) trees.push_back(make.tree());

  const std::vector<frozen> keys{{{{1, 2}, {"a"}}, {{}, {}}}, {}, {{{3}, {"a", "b"}}}};

  fs::path folder = fs::temp_directory_path() / ("leat-types-trip-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  test::write_file(folder / "scalars.in", test::encode<leat::pickle>(values));
  test::write_file(folder / "nested.in", test::encode<leat::pickle>(trees));
  test::write_file(folder / "frozen.in", test::encode<leat::pickle>(keys));
  fs::path script = test::golden_folder().parent_path() / "python_trip.py";
  REQUIRE(std::system(("'" + python_path() + "' -B '" + script.string() + "' '" + folder.string() + "'").c_str()) == 0);

  for (std::string form : {"p0", "p1", "p2", "p3", "p4", "p5", "y0", "y1", "y2", "y3", "y4", "y5", "fast"}) {
    CAPTURE(form);
    test::expect(test::decode<leat::pickle, scalars>(test::read_file(folder / ("scalars." + form))) == values, "scalars");
    test::expect(test::decode<leat::pickle, nested>(test::read_file(folder / ("nested." + form))) == trees, "nested");
    test::expect(test::decode<leat::pickle, frozen>(test::read_file(folder / ("frozen." + form))) == keys, "frozen");
  }
  leat::wire::value_tree tree;
  const std::string body = test::encode<leat::pickle>(values), reprs = test::read_file(folder / "scalars.repr");
  std::size_t at = 0;
  for (const auto* item : leat::wire::unpickle(body, tree).items) {
    std::string line = reprs.substr(at, reprs.find('\n', at) - at);
    at += line.size() + 1;
    std::string ours = leat::wire::repr_of(*item);
    if (line.size() > 200) {
      ours.resize(ours.size() - 3);
      line.resize(ours.size());
    }
    test::expect(ours == line, ours + " for " + line);
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace wire_types_trip
