// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/pickle.hpp>

#include <doctest/doctest.h>

#include <unistd.h>

#include "../volume.hpp"
#include "golden.hpp"

namespace wire_python_trip {
namespace {

namespace fs = std::filesystem;

/// Random values of a type; texts of characters that Python's repr shows as they are, or escapes as ours does.
struct any_value {
  test::seeded& random;

  void make(bool& x) { x = random.below(2) == 0; }
  void make(std::int64_t& x) {
    x = static_cast<std::int64_t>(random.engine() >> random.below(64)) * (random.below(2) == 0 ? 1 : -1);
  }
  void make(std::uint64_t& x) { x = random.engine() >> random.below(64); }
  void make(double& x) {
    switch (random.below(4)) {
      case 0:
        x = std::bit_cast<double>(random.engine());
        break;
      case 1:
        x = static_cast<double>(random.below(2000)) - 1000;
        break;
      case 2:
        x = std::pow(10.0, static_cast<double>(random.below(40)) - 20);
        break;
      default:
        x = static_cast<double>(random.below(100000)) / 1000;
    }
    if (std::isnan(x)) x = std::nan("");  // protocol 0 keeps no payload
  }
  void make(std::string& x) {
    static constexpr std::pair<std::uint32_t, std::uint32_t> ranges[] = {
        {0, 0xA0}, {0x20, 0x7E}, {0xC0, 0x17F}, {0x391, 0x3A1}, {0x4E00, 0x9000}, {0xAC00, 0xD7A3}, {0x1F600, 0x1F640}};
    x.clear();
    for (std::size_t n = random.below(random.below(10) == 0 ? 400 : 12); n != 0; --n) {
      auto [low, high] = ranges[random.below(std::size(ranges))];
      leat::wire::append_utf8(x, low + static_cast<std::uint32_t>(random.below(high - low + 1)));
    }
  }
  void make(leat::bytes& x) {
    x.resize(random.below(random.below(10) == 0 ? 400 : 12));
    for (auto& b : x) b = static_cast<std::byte>(random.below(256));
  }
  void make(std::monostate&) {}
  template <class T>
  void make(std::optional<T>& x) {
    x.reset();
    if (random.below(3) != 0) make(x.emplace());
  }
  template <class T>
  void make(std::vector<T>& x) {
    x.clear();
    for (std::size_t n = random.below(6); n != 0; --n) {
      T item{};
      make(item);
      x.push_back(std::move(item));
    }
  }
  template <class K, class V>
  void make(std::map<K, V>& x) {
    x.clear();
    for (std::size_t n = random.below(6); n != 0; --n) {
      K key{};
      make(key);
      make(x[key]);
    }
  }
  template <class T>
  void make(std::set<T>& x) {
    x.clear();
    for (std::size_t n = random.below(6); n != 0; --n) {
      T item{};
      make(item);
      x.insert(std::move(item));
    }
  }
  template <class... T>
  void make(std::tuple<T...>& x) {
    make_parts(x, std::index_sequence_for<T...>{});
  }
  template <class T, std::size_t... I>
  void make_parts([[maybe_unused]] T& x, std::index_sequence<I...>) {
    (make(std::get<I>(x)), ...);
  }
};

/// Calls `f(name, values, printed)` with batches; `printed` says that the repr has one order only.
template <class F>
void batches(test::seeded& random, F f) {
  any_value any{random};
  auto batch = [&]<class T>(const char* name, std::size_t n, bool printed, T) {
    std::vector<T> values;
    for (n = std::max<std::size_t>(test::volume(n), 3); n != 0; --n) {
      T x{};
      any.make(x);
      values.push_back(std::move(x));
    }
    f(name, values, printed);
  };
  using text = std::string;
  using inner = std::tuple<std::optional<std::int64_t>, std::vector<double>, leat::bytes, bool>;
  batch("bool", 100, true, bool{});
  batch("int", 3000, true, std::int64_t{});
  batch("natural", 3000, true, std::uint64_t{});
  batch("float", 3000, true, double{});
  batch("text", 1000, true, text{});
  batch("bytes", 300, true, leat::bytes{});
  batch("none", 3, true, std::monostate{});
  batch("tuples", 300, true, std::tuple<std::int64_t, text, std::tuple<>, std::tuple<double>, std::tuple<bool, bool, bool>>{});
  batch("lists", 300, true, std::vector<std::vector<std::vector<std::optional<text>>>>{});
  batch("dicts", 300, true, std::map<text, std::map<std::int64_t, std::vector<text>>>{});
  batch("nested", 300, true, std::map<text, std::vector<inner>>{});
  batch("sets", 300, false, std::tuple<std::set<std::int64_t>, std::set<text>, std::set<std::tuple<text, bool>>>{});
  f("empty", std::vector<text>{}, true);
  std::vector<text> all(1);
  for (std::uint32_t c = 0; c <= 0x10FFFF; c += static_cast<std::uint32_t>(test::stride()))
    if (c < 0xD800 || c > 0xDFFF) leat::wire::append_utf8(all[0], c);
  all.push_back(text(1 << 20, 'x'));
  f("unicode", all, false);
}

std::string interpreter() {
  const char* given = std::getenv("LEAT_PYTHON");
  return given ? given : "/usr/bin/python3";
}

TEST_CASE("behaviour 22: random values through a real Python, every protocol, both of its picklers") {
  if (::access(interpreter().c_str(), X_OK) != 0) {
    MESSAGE("skipped: there is no " << interpreter());
    return;
  }
  test::seeded random;
  CAPTURE(random.seed);
  fs::path folder = fs::temp_directory_path() / ("leat-python-trip-" + std::to_string(::getpid()));
  fs::create_directories(folder);

  batches(random, [&folder](const std::string& name, const auto& values, bool) {
    test::write_file(folder / (name + ".in"), test::encode<leat::pickle>(values));
  });
  fs::path script = test::golden_folder().parent_path() / "python_trip.py";
  std::string command = "'" + interpreter() + "' '" + script.string() + "' '" + folder.string() + "'";
  REQUIRE(std::system(command.c_str()) == 0);

  random.engine.seed(random.seed);
  batches(random, [&folder]<class T>(const std::string& name, const std::vector<T>& values, bool printed) {
    CAPTURE(name);
    for (std::string form : {"p0", "p1", "p2", "p3", "p4", "p5", "y0", "y1", "y2", "y3", "y4", "y5", "fast"}) {
      CAPTURE(form);
      std::string body = test::read_file(folder / (name + "." + form));
      // compared as encoded: NaN differs from itself, and both orders of a set are one value
      test::expect(test::encode<leat::pickle>(test::decode<leat::pickle, T>(body)) == test::encode<leat::pickle>(values),
                   "a batch");
      test::expect(leat::pickle::dumps(leat::pickle::loads<std::vector<T>>(body)) == leat::pickle::dumps(values), "a value");
    }
    if (!printed) return;
    leat::wire::value_tree tree;
    std::string body = test::encode<leat::pickle>(values);
    std::string reprs = test::read_file(folder / (name + ".repr"));
    std::size_t at = 0;
    for (const auto* item : leat::wire::unpickle(body, tree).items) {
      std::string line = reprs.substr(at, reprs.find('\n', at) - at), ours = leat::wire::repr_of(*item);
      at += line.size() + 1;
      if (line.size() > 200) {
        ours = ours.substr(0, ours.size() - 3);
        line = line.substr(0, ours.size());
      }
      test::expect(ours == line, ours + " for " + line);
    }
  });
  fs::remove_all(folder);
}

}  // namespace
}  // namespace wire_python_trip
