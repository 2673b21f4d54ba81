// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/pickle.hpp>

#include <doctest/doctest.h>

#include "golden.hpp"

namespace wire_pickle_mismatch {
namespace {

using leat::pickle;
using test::raw;

/// What decoding [item] as a batch of `T` complains about; `item` is a pickle without its head and STOP.
template <class T>
std::string complaint(const std::string& item) {
  const std::string body = raw("\x80\x05](") + item + "e.";
  std::string text = test::decode_error<pickle, T>(body);
  const std::string start = "leat: record 0: ";
  if (text.substr(0, start.size()) != start) return "?? " + text;
  return text.substr(start.size());
}

const std::string one = raw("K\x01"),
                  text =
                      raw("\x8c\x03"
                          "abc"),
                  half = raw("G\x3f\xe0\0\0\0\0\0\0"), truth = "\x88";

TEST_CASE("behaviour 23: a value that does not fit is named with its Python type and repr") {
  CHECK(complaint<int>(text) == "expected int, got str 'abc'");
  CHECK(complaint<int>(half) == "expected int, got float 0.5");
  CHECK(complaint<int>(truth) == "expected int, got bool True");
  CHECK(complaint<int>("N") == "expected int, got NoneType None");
  CHECK(complaint<bool>(one) == "expected bool, got int 1");
  CHECK(complaint<double>(truth) == "expected float, got bool True");
  CHECK(complaint<double>(text) == "expected float, got str 'abc'");
  CHECK(complaint<std::string>(one) == "expected str, got int 1");
  CHECK(complaint<std::string>(raw("C\x02"
                                   "a\xff")) == "expected str, got bytes b'a\\xff'");
  CHECK(complaint<leat::bytes>(text) == "expected bytes, got str 'abc'");
  CHECK(complaint<std::monostate>(one) == "expected None, got int 1");
  CHECK(complaint<std::optional<int>>(text) == "expected int | None, got str 'abc'");
  CHECK(complaint<std::tuple<int, int>>("](" + one + one + one + "e") == "expected tuple[int, int], got list [1, 1, 1]");
  CHECK(complaint<std::vector<int>>("}") == "expected list[int], got dict {}");
  CHECK(complaint<std::tuple<int, int>>(one + "\x85") == "expected tuple[int, int], got tuple (1,)");
  CHECK(complaint<std::set<int>>("]") == "expected set[int], got list []");
  CHECK(complaint<std::map<int, int>>("\x8f") == "expected dict[int, int], got set set()");
}

TEST_CASE("behaviour 23: ints beyond the type's range") {
  CHECK(complaint<std::int8_t>(raw("K\x80")) == "expected int from -128 to 127, got int 128");
  CHECK(complaint<std::uint8_t>(raw("J\xff\xff\xff\xff")) == "expected int from 0 to 255, got int -1");
  CHECK(complaint<std::uint64_t>(raw("J\xff\xff\xff\xff")) == "expected int from 0 to 18446744073709551615, got int -1");
  CHECK(complaint<std::int64_t>(raw("\x8a\x09\0\0\0\0\0\0\0\x80\0")) ==
        "expected int from -9223372036854775808 to 9223372036854775807, got int 9223372036854775808");
  CHECK(complaint<std::uint64_t>(raw("\x8a\x09\0\0\0\0\0\0\0\0\x01")) ==
        "expected int from 0 to 18446744073709551615, got int 18446744073709551616");
  CHECK(complaint<std::int64_t>(raw("\x8a\x09\xff\xff\xff\xff\xff\xff\xff\x7f\xff")) ==
        "expected int from -9223372036854775808 to 9223372036854775807, got int -9223372036854775809");
}

TEST_CASE("behaviour 23: floats take ints that they hold exactly, and no others") {
  auto as_float = [](const std::string& item) { return test::decode<pickle, double>("\x80\x05](" + item + "e."); };
  CHECK(as_float(one) == std::vector<double>{1});
  CHECK(as_float(raw("\x8a\x08\0\0\0\0\0\0\0\x80")) == std::vector<double>{-9223372036854775808.0});
  CHECK(as_float(raw("\x8a\x09\0\0\0\0\0\0\0\x80\0")) == std::vector<double>{9223372036854775808.0});
  CHECK(as_float(raw("\x8a\x09\0\0\0\0\0\0\0\0\x01")) == std::vector<double>{18446744073709551616.0});
  CHECK(as_float(raw("\x8a\x09\0\0\0\0\0\0\0\0\xff")) == std::vector<double>{-18446744073709551616.0});
  CHECK(as_float(raw("\x8a\x0a\0\0\0\0\0\x08\0\0\0\xc0")) == std::vector<double>{-std::ldexp(1.0, 78) + std::ldexp(1.0, 43)});
  CHECK(complaint<double>(raw("\x8a\x07\x01\0\0\0\0\0\x20")) ==
        "expected float (or an int that a float holds exactly), got int 9007199254740993");
  CHECK(complaint<double>(raw("\x8a\x09\x01\0\0\0\0\0\0\0\x01")) ==
        "expected float (or an int that a float holds exactly), got int 18446744073709551617");
  CHECK(complaint<float>(raw("G\x7e\x37\xe4\x3c\x88\0\x75\x9c")) == "expected float that 32 bits hold, got float 1e+300");
  CHECK(std::isinf(test::decode<pickle, float>(raw("\x80\x05]G\x7f\xf0\0\0\0\0\0\0a.")).front()));
}

TEST_CASE("behaviour 23: the place inside a nested value") {
  CHECK(complaint<std::tuple<std::string, int>>(text + text + "\x86") ==
        "expected int in element 1 of tuple[str, int], got str 'abc'");
  CHECK(complaint<std::vector<int>>("](" + one + text + "e") == "expected int in element 1 of list[int], got str 'abc'");
  CHECK(complaint<std::map<std::string, int>>("}" + text + text + "s") ==
        "expected int in the value of key 'abc' of dict[str, int], got str 'abc'");
  CHECK(complaint<std::map<std::string, int>>("}" + one + one + "s") == "expected str in a key of dict[str, int], got int 1");
  CHECK(complaint<std::set<int>>("\x8f(" + text + "\x90") == "expected int in element 0 of set[int], got str 'abc'");
  CHECK(
      complaint<std::vector<std::pair<int, std::optional<bool>>>>("](" + one + "N\x86" + one + one + "\x86" + "e") ==
      "expected bool | None in element 1 of tuple[int, bool | None] in element 1 of list[tuple[int, bool | None]], got int 1");
}

TEST_CASE("behaviour 23: the parts that an error carries") {
  try {
    test::decode<pickle, int>(
        raw("\x80\x05](K\x01K\x02\x8c\x03"
            "abce."));
    FAIL("no error");
  } catch (const leat::conversion_error& e) {
    CHECK(e.where().record == 2);
    CHECK(e.expected() == "int");
    CHECK(e.python_type() == "str");
    CHECK(e.repr() == "'abc'");
    CHECK(std::string(e.what()) == "leat: record 2: expected int, got str 'abc'");
  }
}

TEST_CASE("behaviour 23: a long repr is cut at 200 bytes, between characters") {
  try {
    std::string wide;
    for (int i = 0; i != 500; ++i) wide += "\xe2\x82\xac";
    (void)pickle::loads<int>(pickle::dumps(std::vector<std::string>{wide}));
    FAIL("no error");
  } catch (const leat::conversion_error& e) {
    CHECK(e.repr().size() <= 200);
    CHECK(e.repr().size() > 190);
    CHECK(leat::wire::valid_utf8(e.repr()));
    CHECK(e.repr().substr(0, 5) == "['\xe2\x82\xac");
    CHECK(e.repr().substr(e.repr().size() - 3) == "...");
  }
}

TEST_CASE("behaviour 23: objects are named, never built") {
  CHECK(complaint<int>("cdecimal\nDecimal\n" + text + "\x85R") == "expected int, got decimal.Decimal decimal.Decimal('abc')");
  CHECK(complaint<int>("\x8c\x02os\x8c\x06system\x93" + text + "\x85R") == "expected int, got os.system os.system('abc')");
  CHECK(complaint<int>("cm\nInt\n" + one + "\x85\x81") == "expected int, got m.Int m.Int(1)");
  CHECK(complaint<int>("cm\nC\n)\x81}" + text + one + "sb") == "expected int, got m.C m.C({'abc': 1})");
  CHECK(complaint<int>("ccopyreg\n_reconstructor\n(cm\nC\ncbuiltins\nobject\nNtR") == "expected int, got m.C m.C()");
  CHECK(complaint<int>("ccopyreg\n_reconstructor\n(cm\nC\ncbuiltins\nint\n" + one + "tR") ==
        "expected int, got m.C m.C(<class 'int'>, 1)");
  CHECK(complaint<int>("cbuiltins\nint\n") == "expected int, got type <class 'int'>");
  CHECK(complaint<int>("(im\nC\n") == "expected int, got m.C m.C()");
  CHECK(complaint<int>("(cm\nC\no") == "expected int, got m.C m.C()");
  CHECK(complaint<int>("cm\nC\n)}\x92") == "expected int, got m.C m.C()");
  CHECK(complaint<int>("Pid\n") == "expected int, got persistent object persistent object()");
  CHECK(complaint<std::map<int, int>>("ccollections\nOrderedDict\n)R(" + one + one + "u").substr(0, 53) ==
        "expected dict[int, int], got collections.OrderedDict ");
}

TEST_CASE("pickle: values that contain themselves are refused") {
  using deep = std::vector<std::vector<int>>;
  CHECK(complaint<deep>("]q\x01h\x01"
                        "a") == "expected list[int] in element 0 of list[list[int]], got a list that contains itself [[...]]");
  CHECK(complaint<int>("]q\x01h\x01"
                       "a") == "expected int, got list [[...]]");
}

}  // namespace
}  // namespace wire_pickle_mismatch
