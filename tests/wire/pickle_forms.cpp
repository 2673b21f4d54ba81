// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/pickle.hpp>

#include <doctest/doctest.h>

#include "golden.hpp"

namespace wire_pickle_forms {
namespace {

using leat::pickle;
using test::raw;

using ints = std::vector<int>;
using texts = std::vector<std::string>;

template <class T>
T loads(const std::string& body) {
  return pickle::loads<T>(body);
}

TEST_CASE("pickle: frames may stand between any opcodes") {
  const std::string frame = raw("\x95\0\0\0\0\0\0\0\0");
  for (const std::string& body : {"\x80\x05" + frame + "]" + frame + "\x94" + frame + "(" + frame + raw("K\x01") + frame +
                                      raw("K\x02") + frame + "e" + frame + ".",
                                  "\x80\x05" + frame + frame + "]" + frame + frame + raw("(K\x01K\x02") + frame + frame + "e."})
    CHECK(test::decode<pickle, int>(body) == ints{1, 2});
  const std::string body = "\x80\x05](" +
                           raw("\x8c\x01"
                               "a") +
                           frame + "\x94" + frame + "h" + raw("\0") + "e.";
  CHECK(test::decode<pickle, std::string>(body) == texts{"a", "a"});
}

TEST_CASE("pickle: memo forms; MEMOIZE counts entries, PUT names a number") {
  // after BINPUT 5 comes MEMOIZE 1
  CHECK(test::decode<pickle, std::string>(raw("\x80\x04](\x8c\x01"
                                              "aq\x05\x8c\x01"
                                              "b\x94h\x01h\x05"
                                              "e.")) == texts{"a", "b", "b", "a"});
  // a number stored twice holds the later value
  CHECK(test::decode<pickle, std::string>(raw("\x80\x04](\x8c\x01"
                                              "aq\0\x8c\x01"
                                              "bq\0h\0"
                                              "e.")) == texts{"a", "b", "b"});
  CHECK(test::decode<pickle, std::string>(raw("\x80\x04](\x8c\x01"
                                              "ar\xff\xff\xff\xffj\xff\xff\xff\xff"
                                              "e.")) == texts{"a", "a"});
  CHECK(test::decode<pickle, std::string>(raw("(lp0\nVa\np7\nag7\na.")) == texts{"a", "a"});
  // bytes and lists are not recalled as text
  CHECK_THROWS_AS((test::decode<pickle, std::string>(raw("\x80\x04](\x8c\x01"
                                                         "a\x94"
                                                         "C\x01"
                                                         "b\x94h\x01"
                                                         "e."))),
                  leat::conversion_error);
  // more than 255 entries
  std::string body = raw("\x80\x04](");
  texts expected;
  for (int i = 0; i != 300; ++i) {
    expected.push_back(std::to_string(1000 + i));
    body += raw("\x8c\x04") + expected.back() + "\x94";
  }
  for (int i = 0; i != 300; ++i) {
    body += 'j';
    for (int shift = 0; shift != 32; shift += 8) body += static_cast<char>(i >> shift & 255);
  }
  const texts once = expected;
  expected.insert(expected.end(), once.begin(), once.end());
  CHECK(test::decode<pickle, std::string>(body + "e.") == expected);
  // a shared list seen again after it grew
  CHECK(loads<std::vector<ints>>(raw("](]q\0K\x01"
                                     "ah\0K\x02"
                                     "a0h\0"
                                     "e.")) == std::vector<ints>{{1, 2}, {1, 2}});
}

TEST_CASE("pickle: runs of items, single items, and both") {
  CHECK(test::decode<pickle, int>(raw("](K\x01K\x02"
                                      "e(K\x03"
                                      "eK\x04"
                                      "a(e.")) == ints{1, 2, 3, 4});
  CHECK(test::decode<pickle, int>(raw("].")) == ints{});
  CHECK(test::decode<pickle, int>(raw("](e.")) == ints{});
  CHECK(test::decode<pickle, int>(raw("(K\x01K\x02l.")) == ints{1, 2});
  CHECK(loads<std::vector<ints>>(raw("](](K\x01K\x02"
                                     "e(K\x03"
                                     "ee.")) == std::vector<ints>{{1, 2, 3}});
  CHECK(loads<std::map<int, int>>(raw("}(K\x01K\x02uK\x03K\x04s.")) == std::map<int, int>{{1, 2}, {3, 4}});
  CHECK(loads<std::map<int, int>>(raw("(K\x01K\x02"
                                      "d.")) == std::map<int, int>{{1, 2}});
  CHECK(loads<std::set<int>>(raw("\x8f(K\x01\x90(K\x02\x90.")) == std::set<int>{1, 2});
  CHECK(loads<std::set<int>>(raw("(K\x01K\x02\x91.")) == std::set<int>{1, 2});
}

TEST_CASE("pickle: texts and numbers of protocol 0") {
  CHECK(loads<std::int64_t>("I-12\n.") == -12);
  CHECK(loads<std::int64_t>("L9223372036854775807L\n.") == INT64_MAX);
  CHECK(loads<std::uint64_t>("L18446744073709551615L\n.") == UINT64_MAX);
  CHECK(loads<std::int64_t>("L-9223372036854775808L\n.") == INT64_MIN);
  CHECK(loads<bool>("I01\n."));
  CHECK(!loads<bool>("I00\n."));
  CHECK(loads<double>("F-1.5e10\n.") == -1.5e10);
  CHECK(std::isnan(loads<double>("Fnan\n.")));
  CHECK(loads<double>("F-inf\n.") == -std::numeric_limits<double>::infinity());
  CHECK(loads<std::string>("Va\\u20ac\\U0001f600\xe9\\x\\\\u0041\n.") == "a\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9\\x\\\\u0041");
  CHECK(loads<std::string>("S'abc'\n.") == "abc");
  CHECK(loads<std::string>(raw("U\x03"
                               "abc.")) == "abc");
  CHECK(loads<std::string>(raw("T\x03\0\0\0"
                               "abc.")) == "abc");
}

TEST_CASE("pickle: bytes and sets as older protocols write them, without a call") {
  CHECK(loads<leat::bytes>("c_codecs\nencode\n(Va\xe9\nVlatin1\ntR.") == test::bytes_of("a\xe9"));
  CHECK(loads<leat::bytes>("c__builtin__\nbytes\n)R.").empty());
  CHECK(loads<leat::bytes>(raw("\x96\x02\0\0\0\0\0\0\0ab.")) == test::bytes_of("ab"));
  CHECK(loads<leat::bytes>(raw("cbuiltins\nbytearray\nC\x02"
                               "ab\x85R.")) == test::bytes_of("ab"));
  CHECK(loads<std::set<int>>(raw("cbuiltins\nset\n](K\x01K\x02"
                                 "e\x85R.")) == std::set<int>{1, 2});
  CHECK(loads<std::set<int>>(raw("c__builtin__\nfrozenset\n](K\x01K\x02"
                                 "e\x85R.")) == std::set<int>{1, 2});
}

TEST_CASE("pickle: stack operations") {
  CHECK(loads<int>(raw("K\x01K\x02"
                       "0.")) == 1);
  CHECK(loads<int>(raw("K\x01(K\x02K\x03"
                       "1.")) == 1);
  CHECK(loads<std::pair<int, int>>(raw("K\x01"
                                       "2\x86.")) == std::pair{1, 1});
}

TEST_CASE("pickle: a run of small elements, and one longer than CPython's") {
  const auto trip = [](const auto& xs) {
    using element = typename std::decay_t<decltype(xs)>::value_type;
    CHECK(test::decode<pickle, element>(test::encode<pickle>(xs)) == xs);
  };
  for (const std::size_t n : {0, 1, 2, 17, 100, 999, 1000, 1001, 2500}) {
    CAPTURE(n);
    trip(std::vector<bool>(n, true));
    trip(ints(n, 7));
    trip(texts(n, std::string(n % 40, 'x')));
    trip(std::vector<ints>(n, ints{1, 2}));
    trip(std::vector<std::pair<double, std::string>>(n, {0.5, "a text that is on the heap, so that it moves"}));
  }
}

}  // namespace
}  // namespace wire_pickle_forms
