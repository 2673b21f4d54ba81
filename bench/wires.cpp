// SPDX-License-Identifier: BSL-1.0
// Encoding and decoding a batch of about 128 KB, by type and wire, against Python's own pickle.dumps and loads, msgpack.packb
// and unpackb on the same values. Both columns of MB/s count the bytes of
// leat's batch and seconds of the processor. Pickles to decode are what a worker
// would send. The interpreter needs the msgpack package.
// usage: wires [--quick] [CASE]
#include <leat/wire/msgpack.hpp>
#include <leat/wire/pickle.hpp>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <unistd.h>

#include "bench.hpp"
#include "child.hpp"

namespace {

struct setup {
  bool quick;
  std::string only;
  bench::child python{{bench::interpreter(), std::string(LEAT_BENCH_FOLDER) + "/wires.py"}};
  std::string file = "/tmp/leat-bench-wires-" + std::to_string(::getpid());
};

double ask(setup& s, const std::string& question) {
  s.python.say(question);
  return std::stod(s.python.line());
}

template <class Wire, class T>
void encode(const std::vector<T>& values, leat::wire::buffer& out) {
  typename Wire::template encoder<T> encoder;
  out.clear();
  encoder.begin(out);
  for (const T& x : values) encoder.put(out, x);
  encoder.end(out, values.size());
}

template <class Wire, class T>
void compare(setup& s, const std::string& name, const std::vector<T>& values, const std::string& answer) {
  leat::wire::buffer body;
  encode<Wire>(values, body);
  const std::string wire(Wire::name);
  const auto size = static_cast<double>(body.size());
  const std::size_t turns = (s.quick ? 2'000'000 : 8'000'000) / body.size() + 1;
  const std::string received = wire == "pickle" ? answer : std::string(body.view());

  std::size_t n = 0;
  bool right = true;
  Wire::template decode<T>(received, [&](T&& x) { return right = right && n < values.size() && x == values[n++]; });
  bench::check(name, right && n == values.size(), true);

  const auto times = bench::interleaved(
      s.quick ? 5 : 15,
      [&] {
        return bench::cpu_seconds([&] {
          for (std::size_t i = 0; i != turns; ++i) encode<Wire>(values, body), bench::keep(body);
        });
      },
      [&] { return ask(s, wire + " encode " + std::to_string(turns)); },
      [&] {
        return bench::cpu_seconds([&] {
          for (std::size_t i = 0; i != turns; ++i)
            Wire::template decode<T>(received, [](T&& x) { return bench::keep(x), true; });
        });
      },
      [&] { return ask(s, wire + " decode " + std::to_string(turns)); });
  const double megabytes = size * static_cast<double>(turns) / 1e6;
  for (std::size_t i = 0; i != 4; i += 2) {
    std::printf("%s\t%s\t%s\t%.0f\t%.0f\t%.2f\n", name.c_str(), wire.c_str(), i == 0 ? "encode" : "decode",
                megabytes / times[i], megabytes / times[i + 1], times[i + 1] / times[i]);
    std::fflush(stdout);
  }
}

/// `make(i)` gives an element; `n` of them are about 128 KB.
template <class F>
void run(setup& s, const std::string& name, std::size_t n, F make) {
  if (!s.only.empty() && s.only != name) return;
  using T = decltype(make(std::uint64_t{}));
  std::vector<T> values;
  std::uint64_t random = 1;
  for (std::size_t i = 0; i != n; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    values.push_back(make(random >> 32));
  }
  leat::wire::buffer body;
  encode<leat::pickle>(values, body);
  std::ofstream(s.file, std::ios::binary).write(body.data(), static_cast<std::streamsize>(body.size()));
  ask(s, "values " + s.file);
  std::ifstream in(s.file + ".pickle", std::ios::binary);
  const std::string answer{std::istreambuf_iterator<char>(in), {}};
  compare<leat::pickle>(s, name, values, answer);
  compare<leat::msgpack>(s, name, values, answer);
  ::unlink(s.file.c_str());
  ::unlink((s.file + ".pickle").c_str());
}

std::string text(std::uint64_t r, std::size_t size) {
  std::string s = std::to_string(r);
  s.resize(size, 'x');
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  using std::string;
  setup s{bench::quick(argc, argv), argc > 1 && argv[argc - 1][0] != '-' ? argv[argc - 1] : ""};
  std::puts("case\twire\tdirection\tleat MB/s\tPython MB/s\tratio");
  run(s, "bool", 16384, [](std::uint64_t r) { return static_cast<unsigned char>(r & 1) == 1; });
  run(s, "small_int", 16384, [](std::uint64_t r) { return static_cast<std::int64_t>(r % 200); });
  run(s, "int", 16384, [](std::uint64_t r) { return static_cast<std::int64_t>(r % 1'000'000); });
  run(s, "wide_int", 12000, [](std::uint64_t r) { return static_cast<std::int64_t>(r * 0x9E3779B97F4A7C15u); });
  run(s, "float", 14000, [](std::uint64_t r) { return static_cast<double>(r) / 1e6; });
  run(s, "str_10", 10000, [](std::uint64_t r) { return text(r, 10); });
  run(s, "str_100", 1280, [](std::uint64_t r) { return text(r, 100); });
  run(s, "str_unicode", 1280,
      [](std::uint64_t r) { return text(r, 20) + "\u00e4\u00f6\u20ac\u4e2d\u6587 \u03b1\u03b2\u03b3"; });
  run(s, "str_100000", 10, [](std::uint64_t r) { return text(r, 100'000); });
  run(s, "bytes_100", 1280, [](std::uint64_t r) { return leat::bytes(100, static_cast<std::byte>(r)); });
  run(s, "optional_int", 16384,
      [](std::uint64_t r) { return r % 3 == 0 ? std::nullopt : std::optional<int>(static_cast<int>(r % 1000)); });
  run(s, "tuple", 5000, [](std::uint64_t r) {
    return std::tuple<std::int64_t, double, string>(r % 100'000, static_cast<double>(r), text(r, 8));
  });
  run(s, "list_of_floats", 140, [](std::uint64_t r) { return std::vector<double>(100, static_cast<double>(r)); });
  run(s, "list_of_strs", 100, [](std::uint64_t r) { return std::vector<string>(100, text(r, 10)); });
  run(s, "dict", 2000, [](std::uint64_t r) {
    const auto i = static_cast<std::int64_t>(r % 1000);
    return std::map<string, std::int64_t>{{"id", i}, {"name", i + 1}, {"score", i * 2}, {"active", 1}, {"parent", -1}};
  });
  run(s, "dict_of_floats", 400, [](std::uint64_t r) {
    std::map<std::int64_t, double> m;
    for (std::int64_t i = 0; i != 20; ++i) m[i * 1000] = static_cast<double>(r);
    return m;
  });
  run(s, "set", 1000, [](std::uint64_t r) {
    std::set<std::int64_t> x;
    for (std::uint64_t i = 0; i != 20; ++i) x.insert(static_cast<std::int64_t>((r + i) % 10'000));
    return x;
  });
  run(s, "record", 700, [](std::uint64_t r) {
    return std::tuple<string, std::vector<double>, std::map<string, string>, std::optional<std::pair<int, int>>>(
        text(r, 12), std::vector<double>(8, 0.5), {{"first", text(r, 6)}, {"second", text(r, 9)}},
        r % 2 == 0 ? std::nullopt : std::optional(std::pair(1, 2)));
  });
}
