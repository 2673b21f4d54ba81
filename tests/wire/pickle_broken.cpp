// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/pickle.hpp>

#include <doctest/doctest.h>

#include "../volume.hpp"
#include "golden.hpp"

namespace wire_pickle_broken {
namespace {

using leat::pickle;
using test::raw;

using record = std::tuple<std::int64_t, std::string, std::vector<double>, std::map<std::string, std::optional<leat::bytes>>,
                          std::set<int>>;

std::vector<record> sample() {
  return {{1, "abc", {1.5, 2.5}, {{"key", test::bytes_of("x")}, {"other", std::nullopt}}, {1, 2}},
          {INT64_MIN, "\xe2\x82\xac", {}, {{"key", std::nullopt}}, {}},
          {70000, std::string(300, 'x'), {0.0}, {}, {3}}};
}

/// Decoding either works or throws one of the two errors that say so; where the quick reading works, the thorough one gives
/// the same.
template <class T>
void survives(std::string_view body) {
  std::vector<T> quick, thorough;
  std::size_t n = 0, from_start = 0;
  auto keep_quick = [&quick](T&& x) { return quick.push_back(std::move(x)), true; };
  auto keep_thorough = [&thorough](T&& x) { return thorough.push_back(std::move(x)), true; };
  bool finished = leat::wire::pickle_decode_quick<T>(body, n, keep_quick) == leat::wire::progress::finished;
  try {
    leat::wire::pickle_decode_all<T>(body, from_start, keep_thorough);
  } catch (const leat::protocol_error&) {
    test::expect(!finished, "the quick reading took what is broken");
    return;
  } catch (const leat::conversion_error&) {
    test::expect(!finished, "the quick reading took what does not fit");
    return;
  }
  if (finished) test::expect(test::encode<pickle>(quick) == test::encode<pickle>(thorough), "the two readings agree");
  if (!finished) pickle::decode<T>(body, [](T&&) { return true; });
}

TEST_CASE("behaviour 25: a pickle cut off anywhere is a protocol_error") {
  std::vector<std::string> bodies{test::encode<pickle>(sample())};
  for (const char* protocol : {"0", "2", "5"})
    bodies.push_back(test::read_file(test::golden_folder() / ("records." + std::string(protocol) + ".pickle")));
  for (const auto& body : bodies) {
    for (std::size_t n = 0; n != body.size(); ++n) {
      CAPTURE(n);
      CHECK_THROWS_AS((test::decode<pickle, record>(body.substr(0, n))), leat::protocol_error);
      CHECK_THROWS_AS((void)pickle::loads<std::vector<record>>(body.substr(0, n)), leat::protocol_error);
    }
    CHECK_THROWS_AS((test::decode<pickle, int>(body + "N")), leat::protocol_error);
  }
}

TEST_CASE("behaviour 25: a pickle with one byte changed decodes or says why not") {
  std::vector<std::string> bodies{test::encode<pickle>(sample())};
  for (const char* form : {"records.0", "records.2", "records.5", "sets.0", "bytes.2", "floats.0", "nested_lists.4"})
    bodies.push_back(test::read_file(test::golden_folder() / (form + std::string(".pickle"))));
  for (std::string body : bodies) {
    for (std::size_t i = 0; i != body.size(); ++i) {
      const char before = body[i];
      for (int c = static_cast<int>(i) % (5 * test::stride()); c < 256; c += 5 * test::stride()) {
        body[i] = static_cast<char>(c);
        survives<record>(body);
        if (c % 4 == 0) survives<std::vector<std::vector<std::string>>>(body);
      }
      body[i] = before;
    }
  }
}

TEST_CASE("behaviour 25: random bytes and random opcodes") {
  test::seeded random;
  CAPTURE(random.seed);
  const std::string opcodes = raw("(.0129FIJKLMNPQRSTUVXabc}degthijlopqrst)u]GBC\n\0\x01\x02") +
                              "\x80\x81\x85\x86\x87\x88\x8a\x8c\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98";
  for (int round = 0; round != test::volume(20000); ++round) {
    std::string body = "\x80\x05";
    for (std::size_t n = random.below(40); n != 0; --n)
      body += round % 2 == 0 ? opcodes[random.below(opcodes.size())] : static_cast<char>(random.below(256));
    survives<int>(body);
    survives<std::vector<std::map<std::string, int>>>(body + "e.");
  }
}

TEST_CASE("behaviour 25: claimed lengths allocate nothing") {
  const std::string claim = "\xff\xff\xff\xff\xff\xff\xff\x3f";
  for (const std::string& head :
       {std::string("X\xff\xff\xff\xff"), "\x8d" + claim, "B" + std::string("\xff\xff\xff\xff"), "\x8e" + claim, "\x96" + claim,
        std::string("\x8b\xff\xff\xff\x7f"), std::string("T\xff\xff\xff\xff")}) {
    CHECK_THROWS_AS((test::decode<pickle, std::string>("\x80\x05](" + head +
                                                       "abc"
                                                       "e.")),
                    leat::protocol_error);
    CHECK_THROWS_AS((test::decode<pickle, leat::bytes>("\x80\x05](" + head +
                                                       "abc"
                                                       "e.")),
                    leat::protocol_error);
  }
}

TEST_CASE("behaviour 25: limits and their texts") {
  auto text = [](const std::string& body) { return test::decode_error<pickle, int>(body); };
  CHECK(text("") == "leat: this is no pickle that can be read: it is cut off at byte 0 of 0");
  CHECK(text("\x80\x06].") == "leat: this is no pickle that can be read: protocol 6 is not known at byte 0 of 4");
  CHECK(text("hello") == "leat: this is no pickle that can be read: memo 101 was never stored at byte 0 of 5");
  CHECK(text("\xff") == "leat: this is no pickle that can be read: unknown opcode at byte 0 of 1");
  CHECK(text("].N") == "leat: this is no pickle that can be read: bytes after its end at byte 1 of 3");
  CHECK(text("a.") == "leat: this is no pickle that can be read: an empty stack at byte 0 of 2");
  CHECK(text(raw("}(K\x01u.")) == "leat: this is no pickle that can be read: a key without value at byte 4 of 6");
  CHECK(text("N.") == "leat: a batch must be a pickled list, not NoneType");

  std::string deep = std::string(600, ']') + std::string(599, 'a') + ".";
  CHECK(text(deep).find("it nests deeper than 512") != std::string::npos);
  CHECK(text(std::string(600, '(')).find("it nests deeper than 512") != std::string::npos);
  std::string tuples = "]N" + std::string(600, '\x85') + "a.";
  CHECK(text(tuples).find("it nests deeper than 512") != std::string::npos);
}

TEST_CASE("behaviour 25: shared references cannot unfold without end") {
  using deep = std::vector<std::vector<std::vector<std::vector<std::vector<std::vector<int>>>>>>;
  // each level holds the one before it a hundred times
  std::string body = "](";
  for (int level = 0; level != 6; ++level) {
    body += "]q" + std::string(1, static_cast<char>(level)) + "(";
    for (int i = 0; i != 100; ++i) body += level == 0 ? raw("K\x01") : "h" + std::string(1, static_cast<char>(level - 1));
    body += "e";
    if (level != 5) body += "0";
  }
  CHECK_THROWS_AS((test::decode<pickle, deep>(body + "e.")), leat::protocol_error);
  CHECK(test::decode_error<pickle, int>(body + "e.").find("got list [[[[[[1, 1") != std::string::npos);
}

}  // namespace
}  // namespace wire_pickle_broken
