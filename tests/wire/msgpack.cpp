// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/msgpack.hpp>

#include <unordered_map>

#include "../volume.hpp"
#include "golden.hpp"

namespace wire_msgpack {
namespace {

using test::raw;

template <class T>
std::string complaint(const std::string& item) {
  return test::decode_error<leat::msgpack, T>(raw("\x91") + item);
}

/// The part that both wires word alike.
template <class T, class Given>
void refuses_alike(const Given& given) {
  std::string body = test::encode<leat::msgpack>(std::vector<Given>{given});
  try {
    test::decode<leat::msgpack, T>(body);
    FAIL("no error");
  } catch (const leat::conversion_error& e) {
    CHECK(e.expected() == leat::wire::type_name<T>());
    CHECK(e.where().record == 0);
  }
}

TEST_CASE("behaviour 22: msgpack golden files of every type, read and written") {
  test::golden_cases([]<class T>(const std::string& name, const std::vector<T>& expected) {
    CAPTURE(name);
    std::string body = test::read_file(test::golden_folder() / (name + ".msgpack"));
    test::expect(test::encode<leat::msgpack>(expected) == body, "written");
    test::expect(test::same(test::decode<leat::msgpack, T>(body), expected), "read");
    test::expect(test::same(leat::msgpack::loads<std::vector<T>>(leat::msgpack::dumps(expected)), expected), "as one value");
  });
}

TEST_CASE("behaviour 22: msgpack at limits") {
  for (std::int64_t i = 1; i != 0; i = static_cast<std::int64_t>(static_cast<std::uint64_t>(i) << 1))
    test::round_trip<leat::msgpack>(std::vector<std::int64_t>{i, i - (i != INT64_MIN), i == INT64_MIN ? i : -i});
  test::round_trip<leat::msgpack>(
      std::vector<std::string>{std::string(1 << 20, 'x'), std::string(31, 'a'), std::string(32, 'b'), raw("\0a\0")});
  test::round_trip<leat::msgpack>(std::vector<leat::bytes>{leat::bytes(1 << 20), leat::bytes(255), leat::bytes(256)});
  test::round_trip<leat::msgpack>(std::vector<std::unordered_map<int, std::string>>{{{1, "a"}, {2, "b"}}});
  CHECK_THROWS_AS((void)leat::msgpack::dumps(std::string("\xff")), leat::conversion_error);
  CHECK(complaint<std::string>(raw("\xa3\xed\xb2\x80")) ==
        "leat: record 0: expected str without lone surrogates, got str '\\udc80'");
  CHECK(complaint<std::int8_t>(raw("\xcd\x01\0")) == "leat: record 0: expected int from -128 to 127, got int 256");
  CHECK(test::decode<leat::msgpack, double>(raw("\x93\x02\xca\x3f\0\0\0\xd0\xff")) == std::vector<double>{2, 0.5, -1});
}

TEST_CASE("behaviour 22: msgpack in longer forms than needed, and elements that need a second look between others") {
  std::string ints = raw("\x9a\x05\xcc\x05\xcd\0\x05\xce\0\0\0\x05\xcf\0\0\0\0\0\0\0\x05");
  ints += raw("\xfb\xd0\xfb\xd1\xff\xfb\xd2\xff\xff\xff\xfb\xd3\xff\xff\xff\xff\xff\xff\xff\xfb");
  CHECK(test::decode<leat::msgpack, int>(ints) == std::vector<int>{5, 5, 5, 5, 5, -5, -5, -5, -5, -5});
  CHECK(test::decode<leat::msgpack, double>(ints).size() == 10);
  const std::string texts = raw("\xdd\0\0\0\4\xa1x\xd9\1x\xda\0\1x\xdb\0\0\0\1x");
  CHECK(test::decode<leat::msgpack, std::string>(texts) == std::vector<std::string>(4, "x"));
  const std::string raws = raw("\xdc\0\3\xc4\1x\xc5\0\1x\xc6\0\0\0\1x");
  CHECK(test::decode<leat::msgpack, leat::bytes>(raws) == std::vector<leat::bytes>(3, test::bytes_of("x")));
  const std::string maps = raw("\x93\x81\1\x90\xde\0\1\1\xdc\0\0\xdf\0\0\0\1\1\xdd\0\0\0\0");
  CHECK(test::decode<leat::msgpack, std::map<int, std::vector<int>>>(maps) ==
        std::vector<std::map<int, std::vector<int>>>(3, {{1, {}}}));
  const std::string wide = raw("\x93\1\xcf\x40\0\0\0\0\0\0\0\2");  // 2**62 is a float, but no quick one
  CHECK(test::decode<leat::msgpack, double>(wide) == std::vector<double>{1, 0x1p62, 2});
  CHECK(test::decode_error<leat::msgpack, double>(raw("\x93\1\xcf\x40\0\0\0\0\0\0\1\2")) ==
        "leat: record 1: expected float (or an int that a float holds exactly), got int 4611686018427387905");
}

TEST_CASE("behaviour 23: msgpack refuses what pickle refuses") {
  refuses_alike<int>(std::string("abc"));
  refuses_alike<int>(true);
  refuses_alike<int>(1.5);
  refuses_alike<bool>(1);
  refuses_alike<double>(std::string("abc"));
  refuses_alike<std::string>(test::bytes_of("abc"));
  refuses_alike<leat::bytes>(std::string("abc"));
  refuses_alike<std::optional<int>>(std::string("abc"));
  refuses_alike<std::tuple<int, int>>(std::vector<int>{1});
  refuses_alike<std::vector<int>>(std::map<int, int>{});
  CHECK(complaint<std::tuple<std::string, int>>(raw("\x92\xa1"
                                                    "a\xa3"
                                                    "abc")) ==
        "leat: record 0: expected int in element 1 of tuple[str, int], got str 'abc'");
  CHECK(complaint<std::map<std::string, int>>(raw("\x81\xa1"
                                                  "a\xc0")) ==
        "leat: record 0: expected int in the value of key 'a' of dict[str, int], got NoneType None");
  CHECK(complaint<std::int64_t>(raw("\xcf\x80\0\0\0\0\0\0\x05")) ==  // whatever the sign of char is
        "leat: record 0: expected int from -9223372036854775808 to 9223372036854775807, got int 9223372036854775813");
  CHECK(complaint<int>(raw("\xd4\x01x")) == "leat: record 0: expected int, got msgpack.ExtType msgpack.ExtType()");
}

TEST_CASE("msgpack: decoding stops where the function says so, and passes its exceptions on") {
  std::string body = test::encode<leat::msgpack>(std::vector<int>{1, 2, 3, 4});
  std::vector<int> seen;
  CHECK(leat::msgpack::decode<int>(body, [&seen](int x) {
          seen.push_back(x);
          return x != 2;
        }) == 2);
  CHECK(seen == std::vector<int>{1, 2});
  CHECK_THROWS_AS(leat::msgpack::decode<int>(body, [](int) -> bool { throw 1; }), int);
}

TEST_CASE("msgpack: a batch may stand behind other bytes in the buffer") {
  leat::wire::buffer out;
  leat::msgpack::encoder<int> encoder;
  out.append("in front");
  encoder.begin(out);
  encoder.put(out, 7);
  encoder.end(out, 1);
  CHECK(test::decode<leat::msgpack, int>(out.view().substr(8)) == std::vector<int>{7});
}

TEST_CASE("behaviour 25: broken msgpack is refused, and claims allocate nothing") {
  using record = std::tuple<int, std::string, std::map<std::string, std::vector<double>>>;
  std::string body =
      test::encode<leat::msgpack>(std::vector<record>{{1, "abc", {{"k", {1.5}}}}, {-70000, std::string(300, 'x'), {}}});
  for (std::size_t n = 0; n != body.size(); ++n) {
    CAPTURE(n);
    CHECK_THROWS_AS((test::decode<leat::msgpack, record>(body.substr(0, n))), leat::protocol_error);
  }
  for (std::size_t i = 0; i != body.size(); ++i) {
    std::string changed = body;
    for (int c = static_cast<int>(i) % (3 * test::stride()); c < 256; c += 3 * test::stride()) {
      changed[i] = static_cast<char>(c);
      try {
        leat::msgpack::decode<record>(changed, [](record&&) { return true; });
      } catch (const leat::protocol_error&) {
      } catch (const leat::conversion_error&) {
      }
    }
  }
  auto text = [](const std::string& bytes) { return test::decode_error<leat::msgpack, int>(bytes); };
  CHECK(text("") == "leat: this is no msgpack batch: it is cut off at byte 0");
  CHECK(text("\x01") == "leat: a msgpack batch must be an array");
  CHECK(text("\x80") == "leat: a msgpack batch must be an array");
  CHECK(text("\x90\x01") == "leat: this is no msgpack batch: bytes after its end at byte 1");
  CHECK(text("\x91\xc1").find("this is no msgpack batch: an unknown type") != std::string::npos);
  CHECK(text("\xdd\xff\xff\xff\xff\x01").find("it is cut off") != std::string::npos);
  CHECK(text("\x91\xdb\xff\xff\xff\xff").find("it is cut off") != std::string::npos);
  CHECK(text("\x91\xdf\xff\xff\xff\xff").find("it is cut off") != std::string::npos);
  CHECK(text(std::string(600, '\x91')).find("it nests deeper than 512") != std::string::npos);
}

}  // namespace
}  // namespace wire_msgpack
