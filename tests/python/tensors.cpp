// SPDX-License-Identifier: BSL-1.0
// Arrays of numbers to Python and back, through real workers.
#include <leat/python/async.hpp>
#include <leat/python/call.hpp>
#include <leat/run/run.hpp>
#include <leat/sink/count.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/source/iota.hpp>
#include <leat/stage/map.hpp>
#include <leat/wire/msgpack.hpp>
#include <leat/wire/tensor.hpp>

#include <array>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "support.hpp"

namespace python_tensors {
namespace {

using namespace support;
using leat::ndarray;
using leat::tensor;
using floats = std::vector<float>;
using point = std::array<double, 2>;

struct sample {
  std::int32_t id = 0;
  std::array<std::uint8_t, 2> at{};
  std::optional<floats> series{};
  LEAT_FIELDS(id, at, series)
  bool operator==(const sample&) const = default;
};

const leat::python_source functions = leat::source_text(R"(
import os, time, numpy
kept = []
def keep(xs):
    kept.append((xs, [float(x.sum()) for x in xs]))
    for ys, sums in kept:
        assert [float(y.sum()) for y in ys] == sums
    return [len(x) for x in xs]
ones = []
def keep_one(x):
    ones.append((x, float(x.sum())))
    for y, total in ones[::500]:
        assert float(y.sum()) == total
    return x
batches = []
def fork_once(xs, said):
    batches.append(len(xs))
    if len(batches) == 5:  # in shared memory, as the first is not
        total = float(xs.sum())
        if os.fork() == 0:
            while not os.path.exists(said + '.go'):
                time.sleep(0.01)
            open(said, 'w').write(str(float(xs.sum()) == total))
            os._exit(0)
    if len(batches) == 25:
        open(said + '.go', 'w').close()
        for _ in range(2000):
            if os.path.exists(said) and open(said).read():
                break
            time.sleep(0.01)
    return xs
def die_once(xs, flag):
    global alive
    alive = list(xs)
    if not os.path.exists(flag):
        open(flag, 'w').close()
        os.kill(os.getpid(), 9)
    return xs
)");

template <class T, class Stage>
auto through(const std::vector<T>& in, const Stage& stage) {
  return in | stage | leat::to_vector();
}

TEST_CASE("vectors and arrays come as arrays where that is asked for, and as lists and tuples where it is not") {
  const leat::python<leat::columns> columns(quiet(1));
  const leat::python<> pickle(quiet(1));
  const std::vector<floats> in{{1, 2, 3}, {}, {4, 5}};
  const std::vector<floats> twice{{2, 4, 6}, {}, {8, 10}};
  const auto text = "lambda x: f'{type(x).__name__} {getattr(x, \"dtype\", \"\")}'";
  const std::vector<std::string> lists(3, "list "), arrays(3, "ndarray float32");
  CHECK(through(in, pickle.map<std::string>(text)) == lists);
  CHECK(through(in, columns.map<std::string>(text)) == lists);
  CHECK(through(in, pickle.map<std::string>(text).arrays()) == arrays);
  CHECK(through(in, columns.map<std::string>(text).arrays()) == arrays);
  CHECK(through(std::vector<point>{{1, 2}}, columns.map<std::string>(text)).at(0) == "tuple ");
  CHECK(through(std::vector<point>{{1, 2}}, pickle.map<std::string>(text).arrays()).at(0) == "ndarray float64");
  CHECK(through(in, pickle.map<floats>("lambda x: x * 2").arrays()) == twice);
  CHECK(through(in, pickle.map<floats>("lambda x: x * 2").arrays() | pickle.filter("lambda x: len(x)")) ==
        std::vector<floats>{{2, 4, 6}, {8, 10}});
  CHECK(through(in, pickle.filter("lambda x: x.sum() > 6").arrays()) == std::vector<floats>{{4, 5}});
  CHECK(through(in, pickle.flat_map<float>("lambda x: x").arrays()) == floats{1, 2, 3, 4, 5});
  CHECK(through(in, pickle.map_batches<floats>("lambda xs: [x * 2 for x in xs]").arrays()) == twice);
  CHECK(through(in, columns.map_batches<floats>("lambda xs: xs")) == in);
  CHECK(through(in, columns.map_batches<floats>("lambda xs: type(xs)(xs.values * 2, xs.offsets)")) == twice);
}

TEST_CASE("arrays behind other stages of a pass, and of another environment") {
  const leat::python<> py(quiet(1)), other(quiet(1));
  const std::vector<floats> in{{1, 2, 3}, {}, {4, 5}};
  const std::vector<double> sums{6, 0, 9};
  const auto sum = py.map<double>("lambda a: float(a.sum())").arrays();
  const auto batches = py.map_batches<double>("lambda xs: [float(a.sum()) for a in xs]").arrays();
  const auto same = py.map<floats>("lambda x: x");
  const auto twice = py.map<floats>("lambda x: x + x");  // of lists
  const std::vector<double> twofold{12, 0, 18};
  const auto full = py.filter("lambda x: len(x) or type(x) is not list");
  CHECK(through(in, same | sum) == sums);
  CHECK(through(in, same.arrays() | sum) == sums);
  CHECK(through(in, twice | full | sum) == std::vector<double>{12, 18});
  CHECK(through(in, twice | full | batches) == std::vector<double>{12, 18});
  CHECK(through(in, full | sum) == std::vector<double>{6, 9});
  CHECK(through(in, full | batches) == std::vector<double>{6, 9});
  CHECK(through(in, full | py.filter("lambda a: a.sum() > 6").arrays() | py.map<int>("builtins:len")) == std::vector<int>{2});
  CHECK(through(in, twice | py.flat_map<float>("lambda a: a[:1]").arrays()) == floats{1, 4});
  CHECK(through(in, twice | py.map_partitions<double>("lambda it: (float(a.sum()) for a in it)").arrays()) == twofold);
  CHECK(through(in, py.map_batches<floats>("lambda xs: xs").arrays() | sum) == sums);
  CHECK(through(in, py.map_batches<floats>("lambda xs: xs").arrays() | batches) == sums);
  CHECK(through(in, same | other.map<double>("lambda a: float(a.sum())").arrays()) == sums);
  CHECK(through(in, twice | other.map_batches<double>("lambda xs: [float(a.sum()) for a in xs]").arrays()) == twofold);
  using pair = std::pair<int, point>;
  CHECK(through(std::vector<int>{1, 2},
                py.map<pair>("lambda n: (n, (n, 2))") | py.starmap<double>("lambda n, a: float(n * a.sum())").arrays()) ==
        std::vector<double>{3, 8});
  CHECK(through(in, twice | py.map<double>("lambda a: k * float(a.sum())").arrays().bind("k", 2.0)).at(0) == 24);
  const auto e = thrown<leat::conversion_error>(
      [&] { through(in, py.map<point>("lambda x: x") | py.map<double>("builtins:sum").arrays()); });
  CHECK(contains(e.what(), "expected float64[2], got list of shape (3,)"));
}

TEST_CASE("an array of numbers is one array of a batch, tuples and structs keep a column a field") {
  const leat::python<leat::columns> py(quiet(1));
  const std::vector<point> in{{1, 2}, {3, 4}, {5, 6}};
  const auto told = [&](auto const& xs) {
    return through(xs, py.map_batches<std::string>("lambda c: [str(getattr(c, 'shape', c))] * 3").batch(3)).at(0);
  };
  CHECK(told(in) == "(3, 2)");
  CHECK(told(std::vector<std::array<std::array<std::int8_t, 4>, 2>>(3)) == "(3, 2, 4)");
  CHECK(told(std::vector<std::pair<int, int>>(3)) == "(array([0, 0, 0], dtype=int32), array([0, 0, 0], dtype=int32))");
  CHECK(through(in, py.map_batches<double>("lambda a: a.sum(1)")) == std::vector<double>{3, 7, 11});
  CHECK(through(in, py.map_batches<point>("lambda a: a[:, ::-1]")) == std::vector<point>{{2, 1}, {4, 3}, {6, 5}});
  CHECK(through(in, py.map_batches<point>("lambda a: [(x + 1, y) for x, y in a.tolist()]")) ==
        std::vector<point>{{2, 2}, {4, 4}, {6, 6}});
  const std::vector<sample> samples{{1, {1, 2}, floats{1}}, {2, {3, 4}, {}}};
  CHECK(through(samples, py.map_batches<sample>("lambda c: c")) == samples);
  CHECK(through(samples, py.map<sample>("lambda r: {**r, 'at': tuple(r['at'])}")) == samples);
  CHECK(through(samples, py.map<sample>("lambda r: {**r, 'at': r['at'] + r['at'] * 0}").arrays()) == samples);
  CHECK(through(samples, py.map_batches<int>("lambda c: [c['at'].sum(), sum(x is None for x in c['series'])]").batch(2)) ==
        std::vector<int>{10, 1});
}

TEST_CASE("vectors of one length are one array where that is asked for") {
  const leat::python<> py(quiet(1));
  const auto told = [&](const std::vector<floats>& xs) {
    return through(xs, py.map_batches<std::string>("lambda a: [str(getattr(a, 'shape', type(a).__name__))] * len(a)")
                           .stacked()
                           .batch(xs.size()))
        .at(0);
  };
  CHECK(told({{1, 2}, {3, 4}, {5, 6}}) == "(3, 2)");
  CHECK(told({{1, 2}, {3}}) == "Ragged");
  CHECK(told({{}}) == "(1, 0)");
  CHECK(through(std::vector<floats>{{1, 2}, {3, 4}}, py.map_batches<floats>("lambda a: a @ a.T").stacked().batch(2)) ==
        std::vector<floats>{{5, 11}, {11, 25}});
}

TEST_CASE_TEMPLATE("what says so is an array on every wire, wherever it stands", Wire, leat::pickle, leat::msgpack,
                   leat::columns) {
  const leat::python<Wire> py(quiet(1));
  using image = tensor<std::uint8_t, 3>;
  image one({2, 3, 4});
  one(1, 2, 3) = 7;
  CHECK(through(std::vector<image>{one, image({0, 5, 1})}, py.template map<image>("lambda x: x + (x.shape == (2, 3, 4))")) ==
        [&] {
          std::vector<image> all{one, image({0, 5, 1})};
          for (auto& x : all[0]) ++x;
          return all;
        }());
  const std::vector<ndarray<floats>> vectors{floats{1, 2}, floats{}};
  CHECK(through(vectors, py.template map<ndarray<floats>>("lambda x: x.astype('f8') * 2")) ==
        std::vector<ndarray<floats>>{floats{2, 4}, floats{}});
  CHECK(through(vectors, py.template map<bool>("lambda x: x.flags.writeable")) == std::vector<bool>{false, false});
  CHECK(through(vectors, py.template map<ndarray<floats>>("lambda x: x.tolist()")) == vectors);
  using pair = std::pair<int, ndarray<floats>>;
  CHECK(through(std::vector<pair>{{1, floats{3}}}, py.template map<pair>("lambda p: (p[0] + 1, p[1] * 2)")) ==
        std::vector<pair>{{2, floats{6}}});
  if constexpr (!std::same_as<Wire, leat::columns>) {
    using named = std::map<std::string, tensor<double>>;
    const std::vector<named> dicts{{{"a", tensor<double>({3})}}};
    CHECK(through(dicts, py.template map<named>("lambda d: {k: v + 0 for k, v in d.items()}")) == dicts);
    CHECK(through(dicts, py.template map<tensor<double>>("lambda d: d['a']")).at(0) == tensor<double>({3}));
    using either = std::variant<std::string, tensor<double>>;
    CHECK(std::get<1>(through(std::vector<int>{2}, py.template map<either>("lambda n: [0.0] * n")).at(0)).size() == 2);
    CHECK(through(dicts, py.template map_batches<ndarray<floats>>("lambda ds: [d['a'] for d in ds]")).at(0)->size() == 3);
    using vectors_of = std::vector<ndarray<floats>>;
    CHECK(through(std::vector<vectors_of>{vectors}, py.template map<vectors_of>("lambda xs: [x * 2 for x in xs]")).at(0) ==
          vectors_of{floats{2, 4}, floats{}});
  }
  const floats owned{1, 2, 3};
  CHECK(through(std::vector{std::span<const float>(owned)}, py.template map<std::string>("lambda x: str(x)")).at(0) ==
        "[1. 2. 3.]");
  CHECK(through(std::vector{1}, py.template map<float>("lambda x: (w * x).sum()").bind("w", tensor<float>({3}, owned))).at(0) ==
        6);
  CHECK(through(std::vector{1},
                py.template map<double>("lambda x: w.sum()").bind("w", leat::broadcast(tensor<float>({3}, owned))))
            .at(0) == 6);
  const auto e = thrown<leat::conversion_error>([&] { through(vectors, py.template map<tensor<float, 2>>("lambda x: x")); });
  CHECK(contains(e.what(), "expected ndarray[float32, :, :], got numpy.ndarray of shape (2,)"));
}

TEST_CASE("calls: arguments of one call are arrays, and those of many one array") {
  const leat::python<> py(quiet(1));
  const auto dot = py.function<float(floats, ndarray<floats>)>("lambda a, b: float(a @ b)").arrays();
  CHECK(dot(floats{1, 2}, floats{3, 4}) == 11);
  const auto norm = py.function<double(std::span<const double>)>("lambda a: float((a * a).sum())");
  const std::vector<double> three{1, 2, 2};
  CHECK(norm(three) == 9);
  CHECK(norm.async(three).get() == 9);
  const auto rows = py.batch_function<floats(point)>("lambda a: a[:, :1] * 2").arrays();
  CHECK(rows(point{3, 4}) == floats{6});
  const std::vector<point> in{{1, 2}, {3, 4}, {5, 6}};
  CHECK(rows.batch(in) == std::vector<floats>{{2}, {6}, {10}});
  const auto same = py.batch_function<floats(floats)>("lambda a: a @ a.T").stacked();
  CHECK(same.batch(2).batch(std::vector<floats>{{1, 2}, {3, 4}}) == std::vector<floats>{{5, 11}, {11, 25}});
  const auto shape =
      thrown<leat::conversion_error>([&] { py.batch_function<point(point)>("lambda a: a[:, :1]").arrays()(point{}); });
  CHECK(contains(shape.what(), "of shape (1,)"));
  using whole = std::array<std::int32_t, 2>;
  const auto kind = thrown<leat::conversion_error>([&] { py.batch_function<whole(point)>("lambda a: a").arrays()(point{}); });
  CHECK(contains(kind.what(), "expected int32[2], got numpy.ndarray of float64"));
}

TEST_CASE("arrays over shared memory: large batches, records beyond a buffer, and what functions keep") {
  const leat::python<leat::columns> py(quiet(2));
  std::vector<floats> ragged(20'000);
  std::size_t all = 0;
  for (std::size_t i = 0; i != ragged.size(); ++i) {
    ragged[i].resize(i % 300, static_cast<float>(i));
    all += ragged[i].size();
  }
  CHECK(through(ragged, py.map_batches<floats>("lambda xs: xs")) == ragged);
  CHECK(through(ragged, py.map<floats>("lambda x: x").arrays()) == ragged);
  const auto sizes = through(ragged, py.map_batches<int>("keep", functions));
  CHECK(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}) == all);
  CHECK(through(ragged, py.map<floats>("keep_one", functions).arrays()) == ragged);
  const std::vector<tensor<double, 2>> large{tensor<double, 2>({1000, 700}), tensor<double, 2>({1, 1}),
                                             tensor<double, 2>({700, 999})};
  CHECK(through(large, py.map<tensor<double, 2>>("lambda x: x")) == large);
  CHECK(through(large, py.map_batches<tensor<double, 2>>("lambda xs: list(xs)")) == large);
  leat::context ctx({.slots = 2});
  CHECK((ctx.parallelize(ragged, 4) | py.map_batches<floats>("lambda xs: xs") | leat::to_vector()) == ragged);
  const folder f;
  CHECK(through(ragged, py.map_batches<floats>("die_once", functions).bind("flag", f / "flag").batch(5000)) == ragged);
  CHECK(f.has("flag"));
}

TEST_CASE("what a forked child looks at is not written to") {
  const leat::python<leat::columns> py(quiet(1));
  const folder f;
  std::vector<double> numbers(3'000'000);
  std::iota(numbers.begin(), numbers.end(), 0);
  CHECK(through(numbers, py.map_batches<double>("fork_once", functions).bind("said", f / "said").batch(64'000)) == numbers);
  CHECK(f.read("said") == "True");
}

TEST_CASE("without numpy: lists where lists will do, else the line that installs it") {
  const folder f;
  f.write("numpy.py", "raise ModuleNotFoundError(\"No module named 'numpy'\", name='numpy')\n");
  leat::python_options options = quiet(1);
  options.path = {f.path()};
  const leat::python<> py(options);
  const leat::python<leat::columns> columns(options);
  const std::vector<floats> in{{1, 2}, {}};
  CHECK(through(in, columns.map<floats>("lambda x: x + [3]")) == std::vector<floats>{{1, 2, 3}, {3}});
  CHECK(through(std::vector<point>{{1, 2}}, columns.map<point>("lambda x: x[::-1]")).at(0) == point{2, 1});
  const std::vector<std::function<void()>> cases{
      [&] { through(in, py.map<int>("builtins:len").arrays()); },
      [&] { through(std::vector<ndarray<floats>>{floats{1}}, py.map<int>("builtins:len")); },
      [&] { through(in, py.map<ndarray<floats>>("lambda x: x")); },
      [&] { through(in, columns.map_batches<int>("lambda xs: [len(x) for x in xs]")); },
  };
  for (auto const& run : cases) {
    const auto e = thrown<leat::start_failed>(run);
    CHECK(contains(e.what(), "lacks the package 'numpy'"));
  }
}

}  // namespace
}  // namespace python_tensors
