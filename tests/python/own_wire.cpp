// SPDX-License-Identifier: BSL-1.0
// Wires of the user's own, and stages whose elements and results travel on different wires.
#include <leat/python/python.hpp>
#include <leat/run/context.hpp>
#include <leat/run/operation/union.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/stage/map.hpp>
#include <leat/wire/msgpack.hpp>

#include "support.hpp"

namespace python_own_wire {
namespace {

using namespace support;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

const char* const module_text = R"(
class words:
    @staticmethod
    def loads(body): return body.decode().split()
    @staticmethod
    def dumps(values): return ' '.join(values).encode()
class short(words):
    @staticmethod
    def loads(body): return body.decode().split()[1:]
class wrong(words):
    @staticmethod
    def dumps(values): return 'text'
class half:
    loads = words.loads
)";

/// Words between spaces.
template <const char* Object, bool Brings>
struct words {
  static constexpr std::string_view name = Object;
  template <class T>
  static constexpr bool encodable = std::same_as<T, std::string>;
  template <class T>
  static constexpr bool decodable = encodable<T>;

  static leat::python_source module_source()
    requires Brings
  {
    return leat::source_text(module_text, "leat_test_words.py");
  }

  template <class T>
  struct encoder {
    void begin(leat::wire::buffer&) {}
    void put(leat::wire::buffer& out, const std::string& word) {
      out.append(word);
      out.append(" ");
    }
    void end(leat::wire::buffer&, std::size_t) {}
  };
  template <class T, class F>
  static std::size_t decode(std::string_view body, F&& f) {
    std::istringstream in{std::string(body)};
    std::size_t count = 0;
    for (std::string word; in >> word;) {
      if (word == "bad") throw leat::conversion_error("a good word", "text", word, {{}, {}, {}, count});
      ++count;
      if (!f(std::move(word))) break;
    }
    return count;
  }
};
constexpr char good_name[] = "leat_test_words:words", short_name[] = "leat_test_words:short",
               wrong_name[] = "leat_test_words:wrong", half_name[] = "leat_test_words:half",
               none_name[] = "leat_test_words:none.such", module_name[] = "leat_no_such_wire:words";

TEST_CASE("a class and a module make a wire, brought along or found on the path") {
  const folder temp;
  temp.write("leat_test_words.py", module_text);
  auto options = quiet(2);
  options.path = {temp.path()};
  auto check = [&](auto py) {
    CHECK((strings{"a", "b"} | py.template map<std::string>("lambda w: w * 2") | leat::to_vector()) == strings{"aa", "bb"});
    CHECK((strings{"a", "b", "c"} | py.filter("lambda w: w != 'b'") | leat::to_vector()) == strings{"a", "c"});
    CHECK((strings{"a", "b"} | py.map("lambda w: {w: 1}") | py.template map<std::string>("lambda d: str(*d)") |
           leat::to_vector()) == strings{"a", "b"});
    CHECK((py.template generate<std::string>("lambda: ('x', 'yz')") | leat::to_vector()) == strings{"x", "yz"});
    strings many, expected;
    for (int i = 0; i < 20'000; ++i) many.push_back(std::to_string(i)), expected.push_back(std::to_string(i) + "!");
    CHECK((many | py.template map<std::string>("lambda w: w + '!'") | leat::to_vector()) == expected);
    const auto e = thrown<leat::conversion_error>(
        [&] { strings{"a", "b"} | py.template map<std::string>("lambda w: w if w == 'a' else 'bad'") | leat::to_vector(); });
    CHECK(e.where().record == 1);
    const auto no =
        thrown<leat::conversion_error>([&] { strings{"a"} | py.template map<std::string>("lambda w: 3") | leat::to_vector(); });
    CHECK(no.python_type() == "int");
    CHECK(no.repr() == "3");
  };
  check(leat::python<words<good_name, true>>(quiet(2)));
  check(leat::python<words<good_name, false>>(options));
}

TEST_CASE("what is wrong with a wire's Python half is named") {
  auto fails = [&](auto py) {
    return thrown<leat::error>([&] { strings{"a", "b"} | py.template map<std::string>("lambda w: w") | leat::to_vector(); });
  };
  const auto shorter = fails(leat::python<words<short_name, true>>(quiet(1)));
  CHECK(contains(shorter.what(), "a batch that the worker can read"));
  CHECK(contains(shorter.what(), "0 elements arrived where 1 were announced"));
  CHECK(
      contains(fails(leat::python<words<half_name, true>>(quiet(1))).what(), "needs functions loads(bytes) -> list and dumps"));
  CHECK(contains(fails(leat::python<words<none_name, true>>(quiet(1))).what(), "has no 'none.such'"));
  CHECK(contains(fails(leat::python<words<wrong_name, true>>(quiet(1))).what(),
                 "dumps of the wire 'leat_test_words:wrong' must return bytes"));
  CHECK(contains(fails(leat::python<words<module_name, false>>(quiet(1))).what(), "lacks the package 'leat_no_such_wire'"));
}

TEST_CASE("elements and results may travel on different wires, and neighbours fuse whatever theirs are") {
  const leat::python py(quiet(2));
  const leat::python<leat::msgpack> packed(quiet(2));
  using own = words<good_name, true>;
  const leat::python<own> spaced(quiet(2));
  CHECK((strings{"a", "bc"} | spaced.map<int>("lambda w: len(w)").output<leat::pickle>() | leat::to_vector()) == ints{1, 2});
  CHECK((ints{7} | spaced.map<std::string>("lambda n: str(n)").input<leat::pickle>() | leat::to_vector()) == strings{"7"});
  CHECK((ints{7} | py.map<std::string>("lambda n: str(n)").output<leat::msgpack>() | leat::to_vector()) == strings{"7"});
  CHECK((ints{7} | packed.map("lambda n: n + 1") | packed.map<std::string>("lambda n: str(n)").output<own>() |
         leat::to_vector()) == strings{"8"});
  CHECK((strings{"a"} | spaced.map("lambda w: [w]") | spaced.map<int>("lambda l: len(l)").bind("k", 1).output<leat::msgpack>() |
         leat::map([](int n) { return n + 1; }) | leat::to_vector()) == ints{2});
}

TEST_CASE("a union keeps the wire of each branch") {
  const leat::python py(quiet(2));
  const leat::python<leat::msgpack> packed(quiet(2));
  const leat::python<words<good_name, true>> spaced(quiet(2));
  const leat::context ctx({.slots = 2});
  const auto words_of = ctx.parallelize(strings{"a", "b", "c"}, 2);
  const auto all = leat::union_of(words_of | py.map<std::string>("lambda w: w + '1'"),
                                  words_of | packed.map<std::string>("lambda w: w + '2'"),
                                  words_of | spaced.map<std::string>("lambda w: w + '3'"), words_of);
  const strings expected{"a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3", "a", "b", "c"};
  CHECK((all | leat::to_vector()) == expected);
  CHECK((all | packed.map<std::size_t>("lambda w: len(w)") | leat::sum()) == 21);
}

}  // namespace
}  // namespace python_own_wire
