// SPDX-License-Identifier: BSL-1.0
// What other writers' pickles hold, and what is none: a case is a pickle in hex and what it is, or "!" and why it is refused.
#include <leat/wire/codec/bytearray.hpp>
#include <leat/wire/codec/chrono.hpp>
#include <leat/wire/codec/dict_items.hpp>
#include <leat/wire/pickle.hpp>

#include <doctest/doctest.h>

#include <chrono>

#include "golden.hpp"

namespace wire_pickle_foreign {
namespace {

using leat::pickle;
using test::raw;

std::string of_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(std::strtol(std::string(digits.substr(i, 2)).c_str(), nullptr, 16));
  return bytes;
}

std::string read(const std::string& body) {
  leat::wire::value_tree tree;
  try {
    return leat::wire::repr_of(leat::wire::unpickle(body, tree));
  } catch (const leat::protocol_error& e) {
    return e.what();
  }
}

template <class T>
std::string refused(const std::string& body) {
  try {
    (void)pickle::loads<T>(body);
  } catch (const leat::error& e) {
    return e.what();
  }
  return {};
}

/// A pickle of `levels` containers, each of which is filled after it was put into the one around it.
std::string filled_late(std::size_t levels, const std::string& before, const std::string& empty, const std::string& put) {
  std::string body = empty + "p0\n";
  for (std::size_t i = 1; i != levels; ++i)
    body += "g" + std::to_string(i - 1) + "\n" + before + empty + "p" + std::to_string(i) + "\n" + put + "0";
  return body + "g0\n.";
}

TEST_CASE("pickle: what other writers write, and what CPython refuses") {
  constexpr std::string_view broken = "leat: this is no pickle that can be read: ";
  // clang-format off
  const std::pair<const char*, const char*> cases[] = {
    // str of Python 2
    {"53276c5c6e270a2e", "'l\\n'"},
    {"5327615c5c625c27635c2264270a2e", "'a\\\\b\\'c\"d'"},
    {"532269742773220a2e", "\"it's\""},
    {"53275c7834315c3130315c305c375c333737270a2e", "b'AA\\x00\\x07\\xff'"},
    {"53275c343030270a2e", "'\\x00'"},
    {"53275c615c625c745c765c665c72270a2e", "'\\x07\\x08\\t\\x0b\\x0c\\r'"},
    {"53275c715c38270a2e", "'\\\\q\\\\8'"},
    {"5327612762270a2e", "\"a'b\""},
    {"5327270a2e", "''"},
    {"550261622e", "'ab'"},
    {"540200000061622e", "'ab'"},
    {"286c70300a532761270a70310a6167310a612e", "['a', 'a']"},
    {"5327e9270a2e", "b'\\xe9'"},
    {"532767725c7863335c786263270a2e", "'grü'"},
    {"5502c3a92e", "'é'"},
    {"5401000000ff2e", "b'\\xff'"},
    {"53610a2e", "! a malformed string"},
    {"530a2e", "! a malformed string"},
    {"53270a2e", "! a malformed string"},
    {"5327610a2e", "! a malformed string"},
    {"532761220a2e", "! a malformed string"},
    {"536158610a2e", "! a malformed string"},
    {"53276127200a2e", "! a malformed string"},
    {"53270a270a2e", "! a malformed string"},
    {"53275c270a2e", "! a malformed escape"},
    {"53275c7834270a2e", "! a malformed escape"},
    {"53275c78270a2e", "! a malformed escape"},
    {"53275c786730270a2e", "! a malformed escape"},
    {"54ffffffff61622e", "! a negative length"},
    // text of protocol 0
    {"56615c75323061630a2e", "'a€'"},
    {"565c5c75303034310a2e", "'\\\\\\\\u0041'"},
    {"565c7834310a2e", "'\\\\x41'"},
    {"565c0a2e", "'\\\\'"},
    {"56e90a2e", "'é'"},
    {"565c75643833645c75646530300a2e", "'\\ud83d\\ude00'"},
    {"565c753230610a2e", "! a malformed escape"},
    {"565c5530303131303030300a2e", "! a malformed escape"},
    {"565c752b3132330a2e", "! a malformed escape"},
    {"8c03eda0802e", "'\\ud800'"},
    // ints
    {"4931320a2e", "12"},
    {"492d31320a2e", "-12"},
    {"492b31320a2e", "12"},
    {"49203132200a2e", "12"},
    {"4931320d0a2e", "12"},
    {"49315f3030300a2e", "1000"},
    {"493030300a2e", "0"},
    {"492d30300a2e", "0"},
    {"4930300a2e", "False"},
    {"4930310a2e", "True"},
    {"49370a2e", "7"},
    {"49300a2e", "0"},
    {"492d310a2e", "-1"},
    {"49393232333337323033363835343737353830380a2e", "9223372036854775808"},
    {"492d393232333337323033363835343737353830390a2e", "-9223372036854775809"},
    {"4c31320a2e", "12"},
    {"4c31324c0a2e", "12"},
    {"4c2d31324c0a2e", "-12"},
    {"4c2b31324c0a2e", "12"},
    {"4c304c0a2e", "0"},
    {"4c315f304c0a2e", "10"},
    {"4c2031324c0a2e", "12"},
    {"4c31204c0a2e", "1"},
    {"4c2d393232333337323033363835343737353830384c0a2e", "-9223372036854775808"},
    {"4c31383434363734343037333730393535313631364c0a2e", "18446744073709551616"},
    {"4c3939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939394c0a2e", "999999999999999999999999999999999999999999999999999999999999"},
    {"4c2d3132333435363738393031323334353637383930313233343536373839303132333435363738393031323334353637383930313233343536373839303132333435363738393031323334353637383930313233343536373839300a2e", "-123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"},
    {"8b000000002e", "0"},
    {"8a002e", "0"},
    {"493031300a2e", "! a malformed number"},
    {"49307831300a2e", "! a malformed number"},
    {"493062310a2e", "! a malformed number"},
    {"4930380a2e", "! a malformed number"},
    {"492030310a2e", "! a malformed number"},
    {"492b310a2e", "! a malformed number"},
    {"492d300a2e", "! a malformed number"},
    {"4920310a2e", "! a malformed number"},
    {"490a2e", "! a malformed number"},
    {"49312e300a2e", "! a malformed number"},
    {"49315f5f300a2e", "! a malformed number"},
    {"495f310a2e", "! a malformed number"},
    {"49315f0a2e", "! a malformed number"},
    {"493120320a2e", "! a malformed number"},
    {"492d2d310a2e", "! a malformed number"},
    {"4931000a2e", "! a malformed number"},
    {"4931324c0a2e", "! a malformed number"},
    {"4c3030374c0a2e", "! a malformed number"},
    {"4c3078314c0a2e", "! a malformed number"},
    {"4c4c0a2e", "! a malformed number"},
    {"4c0a2e", "! a malformed number"},
    {"4c31324c4c0a2e", "! a malformed number"},
    {"8bffffffff2e", "! a negative length"},
    // floats
    {"46312e350a2e", "1.5"},
    {"462d312e356531300a2e", "-15000000000.0"},
    {"462b312e350a2e", "1.5"},
    {"462e350a2e", "0.5"},
    {"46352e0a2e", "5.0"},
    {"462d2e35452d310a2e", "-0.05"},
    {"4631652b350a2e", "100000.0"},
    {"46310a2e", "1.0"},
    {"4631652d3430300a2e", "0.0"},
    {"462d31652d3430300a2e", "-0.0"},
    {"4631652d39393939393939393939393939393939393939390a2e", "0.0"},
    {"4635652d3332340a2e", "5e-324"},
    {"4630653939390a2e", "0.0"},
    {"46312e37393736393331333438363233313537653330380a2e", "1.7976931348623157e+308"},
    {"462b496e660a2e", "inf"},
    {"46696e660a2e", "inf"},
    {"462d494e460a2e", "-inf"},
    {"46696e66696e6974790a2e", "inf"},
    {"462d496e66696e6974790a2e", "-inf"},
    {"464e614e0a2e", "nan"},
    {"462b6e616e0a2e", "nan"},
    {"4631653430300a2e", "! a malformed number"},
    {"462d31653430300a2e", "! a malformed number"},
    {"46312e37393736393331333438363233313539653330380a2e", "! a malformed number"},
    {"46316539393939393939393939393939393939393939390a2e", "! a malformed number"},
    {"466e616e2831290a2e", "! a malformed number"},
    {"46696e66690a2e", "! a malformed number"},
    {"46696e66696e697479790a2e", "! a malformed number"},
    {"462d2d310a2e", "! a malformed number"},
    {"462b2d310a2e", "! a malformed number"},
    {"4631650a2e", "! a malformed number"},
    {"4631652b0a2e", "! a malformed number"},
    {"462e0a2e", "! a malformed number"},
    {"460a2e", "! a malformed number"},
    {"4620310a2e", "! a malformed number"},
    {"4631200a2e", "! a malformed number"},
    {"46310d0a2e", "! a malformed number"},
    {"46315f300a2e", "! a malformed number"},
    {"4630783170330a2e", "! a malformed number"},
    {"46312c350a2e", "! a malformed number"},
    {"4665350a2e", "! a malformed number"},
    // numbers of the memo
    {"5d703030370a3067370a2e", "[]"},
    {"5d7020315f300a30673130200a2e", "[]"},
    {"5d72ffffffff306affffffff2e", "[]"},
    {"5d70393232333337323033363835343737353830370a3067393232333337323033363835343737353830370a2e", "[]"},
    {"5d702d310a2e", "! a malformed number"},
    {"5d700a2e", "! a malformed number"},
    {"5d70780a2e", "! a malformed number"},
    {"5d70393232333337323033363835343737353830380a2e", "! a malformed number"},
    {"5d71013068002e", "! memo 0 was never stored"},
    // dates and times
    {"636461746574696d650a646174650a4de8074b024b1d87522e", "datetime.date(2024, 2, 29)"},
    {"636461746574696d650a646174650a2849323032340a49320a4932390a74522e", "datetime.date(2024, 2, 29)"},
    {"2849323032340a49320a4932390a696461746574696d650a646174650a2e", "datetime.date(2024, 2, 29)"},
    {"28636461746574696d650a646174650a4de8074b024b1d6f2e", "datetime.date(2024, 2, 29)"},
    {"636461746574696d650a646174650a4de8074b024b1d87812e", "datetime.date(2024, 2, 29)"},
    {"636461746574696d650a646174650a4de8074b024b1d877d922e", "datetime.date(2024, 2, 29)"},
    {"636461746574696d650a646174650a430407e8021d85522e", "datetime.date(2024, 2, 29)"},
    {"636461746574696d650a646174650a550407e8021d85522e", "datetime.date(2024, 2, 29)"},
    {"636461746574696d650a646174650a53275c7830375c7865385c7830325c783164270a85522e", "datetime.date(2024, 2, 29)"},
    {"636461746574696d650a646174650a580500000007c3a8021d85522e", "datetime.date(2024, 2, 29)"},
    {"636461746574696d650a646174650a550407d0021d85522e", "datetime.date(2000, 2, 29)"},
    {"636461746574696d650a6461746574696d650a284de8074b024b1d74522e", "datetime.datetime(2024, 2, 29, 0, 0)"},
    {"636461746574696d650a6461746574696d650a284de8074b024b1d4b0c74522e", "datetime.datetime(2024, 2, 29, 12, 0)"},
    {"636461746574696d650a6461746574696d650a284de8074b024b1d4b0c4b1e4b054de70374522e", "datetime.datetime(2024, 2, 29, 12, 30, 5, 999)"},
    {"636461746574696d650a6461746574696d650a284de8074b024b1d4b0c4b1e4b054de7034e74522e", "datetime.datetime(2024, 2, 29, 12, 30, 5, 999)"},
    {"636461746574696d650a6461746574696d650a284de8074b024b1d4b0c4b1e4b054a3f420f0074522e", "datetime.datetime(2024, 2, 29, 12, 30, 5, 999999)"},
    {"636461746574696d650a6461746574696d650a284de8074b024b1d4b0c4b1e4b054de703636461746574696d650a74696d657a6f6e650a636461746574696d650a74696d6564656c74610a4b004d100e4b008752855274522e", "datetime.datetime(2024, 2, 29, 11, 30, 5, 999, tzinfo=datetime.timezone.utc)"},
    {"636461746574696d650a6461746574696d650a430a07e8021d0c1e050003e7636461746574696d650a74696d657a6f6e650a636461746574696d650a74696d6564656c74610a4b004d100e4b008752855286522e", "datetime.datetime(2024, 2, 29, 11, 30, 5, 999, tzinfo=datetime.timezone.utc)"},
    {"636461746574696d650a6461746574696d650a550a07e8021d0c1e050003e7637079747a0a5f5554430a295286522e", "datetime.datetime(2024, 2, 29, 12, 30, 5, 999, tzinfo=datetime.timezone.utc)"},
    {"8004636461746574696d650a6461746574696d650a430a07e8021d0c1e050003e78c086461746574696d658c0c74696d657a6f6e652e7574639386522e", "datetime.datetime(2024, 2, 29, 12, 30, 5, 999, tzinfo=datetime.timezone.utc)"},
    {"636461746574696d650a74696d6564656c74610a29522e", "datetime.timedelta(0)"},
    {"636461746574696d650a74696d6564656c74610a4b0185522e", "datetime.timedelta(days=1)"},
    {"636461746574696d650a74696d6564656c74610a4b004affffffff86522e", "datetime.timedelta(days=-1, seconds=86399)"},
    {"636461746574696d650a74696d6564656c74610a4b004b004b0187522e", "datetime.timedelta(microseconds=1)"},
    {"636461746574696d650a74696d6564656c74610a284b004a80970b004b0074522e", "datetime.timedelta(days=8, seconds=68480)"},
    {"636461746574696d650a74696d6564656c74610a284b004b004b004b014b024b034b0474522e", "datetime.timedelta(days=28, seconds=10920, microseconds=1000)"},
    {"636461746574696d650a74696d6564656c74610a4a013665c485522e", "datetime.timedelta(days=-999999999)"},
    {"8002636f70657261746f720a617474726765747465720a58080000006c6f63616c697a658552637079747a0a5f5554430a2874528552636461746574696d650a6461746574696d650a284de8074b024b1d4b0c745285522e", "datetime.datetime(2024, 2, 29, 12, 0, tzinfo=datetime.timezone.utc)"},
    {"8002636f70657261746f720a617474726765747465720a58080000006c6f63616c697a658552637079747a0a74696d657a6f6e650a2858070000004574632f55544374528552636461746574696d650a6461746574696d650a284de8074b024b1d4b0c745285522e", "datetime.datetime(2024, 2, 29, 12, 0, tzinfo=datetime.timezone.utc)"},
    {"8002636f70657261746f720a617474726765747465720a58080000006c6f63616c697a658552637079747a0a74696d657a6f6e650a28580d0000004575726f70652f4265726c696e74528552636461746574696d650a6461746574696d650a284de8074b024b1d4b0c745285522e", "datetime.datetime(datetime.datetime(2024, 2, 29, 12, 0), pytz.timezone('Europe/Berlin'))"},
    {"636461746574696d650a646174650a4de8074b0d4b0187522e", "! that does not exist"},
    {"636461746574696d650a646174650a4de7074b024b1d87522e", "! that does not exist"},
    {"636461746574696d650a646174650a4b004b014b0187522e", "! that does not exist"},
    {"636461746574696d650a646174650a29522e", "! that does not exist"},
    {"636461746574696d650a646174650a430361626385522e", "! that does not exist"},
    {"636461746574696d650a646174650a430407e80d1d85522e", "! that does not exist"},
    {"636461746574696d650a646174650a473ff00000000000004b014b0187522e", "! that does not exist"},
    {"636461746574696d650a6461746574696d650a284de8074b024b1d4b1874522e", "! that does not exist"},
    {"636461746574696d650a6461746574696d650a284de8074b024b1d4b014b014b014a40420f0074522e", "! that does not exist"},
    {"636461746574696d650a74696d6564656c74610a4a00ca9a3b85522e", "! that does not exist"},
    {"636461746574696d650a74696d657a6f6e650a4b0185522e", "! that does not exist"},
    {"636461746574696d650a74696d657a6f6e650a636461746574696d650a74696d6564656c74610a4b01855285522e", "! that does not exist"},
    {"636461746574696d650a74696d657a6f6e650a636461746574696d650a74696d6564656c74610a4affffffff855285522e", "! that does not exist"},
    {"636461746574696d650a74696d657a6f6e650a29522e", "! that does not exist"},
    {"636461746574696d650a6461746574696d650a430a07e8021d0c1e050003e74b0186522e", "! a zone that is a int"},
    {"636461746574696d650a6461746574696d650a430a07e8821d0c1e050003e785522e", "datetime.datetime(2024, 2, 29, 12, 30, 5, 999, fold=1)"},
    // calls of builtins
    {"636275696c74696e730a7365740a5d284b014b026585522e", "{1, 2}"},
    {"636275696c74696e730a7365740a4b014b028685522e", "{1, 2}"},
    {"636275696c74696e730a7365740a29522e", "set()"},
    {"636275696c74696e730a66726f7a656e7365740a8f284b019085522e", "frozenset({1})"},
    {"636275696c74696e730a6c6973740a29522e", "[]"},
    {"636275696c74696e730a646963740a29522e", "{}"},
    {"636275696c74696e730a7475706c650a5d284b016585522e", "(1,)"},
    {"636275696c74696e730a696e740a29522e", "0"},
    {"636275696c74696e730a666c6f61740a29522e", "0.0"},
    {"636275696c74696e730a626f6f6c0a29522e", "False"},
    {"636275696c74696e730a7374720a29522e", "''"},
    {"28696275696c74696e730a7365740a2e", "set()"},
    {"28636275696c74696e730a7365740a5d284b01656f2e", "{1}"},
    {"636275696c74696e730a62797465730a5d284b014bff6585522e", "b'\\x01\\xff'"},
    {"636275696c74696e730a6279746561727261790a4302616285522e", "bytearray(b'ab')"},
    {"636275696c74696e730a6279746561727261790a5802000000c3bf580a00000049534f2d383835392d3186522e", "bytearray(b'\\xff')"},
    {"636275696c74696e730a62797465730a5802000000c3bf58050000007574662d3886522e", "b'\\xc3\\xbf'"},
    {"635f636f646563730a656e636f64650a5802000000c3bf58060000006c6174696e3186522e", "b'\\xff'"},
    {"635f636f646563730a656e636f64650a58010000006185522e", "b'a'"},
    {"636275696c74696e730a636f6d706c65780a4b014b0286522e", "(1+2j)"},
    {"636275696c74696e730a636f6d706c65780a29522e", "0j"},
    {"635f5f6275696c74696e5f5f0a7365740a29522e", "set()"},
    {"8002635f5f6275696c74696e5f5f0a7365740a29522e", "set()"},
    {"8003636275696c74696e730a7365740a29522e", "set()"},
    {"55086275696c74696e7355037365749329522e", "set()"},
    {"5d71004b0161636275696c74696e730a7365740a6800855271013068004b02613068012e", "{1}"},
    {"636275696c74696e730a7365740a5d522e", "! a call with a list for its arguments"},
    {"636275696c74696e730a7365740a4e522e", "! a call with a NoneType for its arguments"},
    {"4b0129522e", "! a call of a int"},
    {"5d29522e", "! a call of a list"},
    {"2849310a6f2e", "! a call of a int"},
    {"43086275696c74696e7343037365749329522e", "! a class whose name is no str"},
    {"4b014b02932e", "! a class whose name is no str"},
    {"55086275696c74696eff5503736574932e", "! a class whose name is no str"},
    {"630a7365740a2e", "! a class without a name"},
    {"636275696c74696e730a0a2e", "! a class without a name"},
    {"63ff0a7365740a2e", "! a class whose name is not UTF-8"},
    {"636275696c74696e730a7365740a5d5d6185522e", "! a list has no hash"},
    {"636275696c74696e730a62797465730a5d284d00016585522e", "! bytes of an int beyond 255"},
    {"636275696c74696e730a62797465730a58010000006185522e", "! bytes of a text without its encoding"},
    {"635f636f646563730a656e636f64650a5803000000e282ac58060000006c6174696e3186522e", "! bytes that are not latin-1"},
    {"82002e", "! an extension code that does not exist"},
    {"636275696c74696e730a6461746574696d652e646174650a4de8074b024b1d87522e", "builtins:datetime.date(2024, 2, 29)"},
    {"8003635f5f6275696c74696e5f5f0a7365740a29522e", "__builtin__.set()"},
    // instances without __init__
    {"636275696c74696e730a7365740a5d284b014b026585812e", "set()"},
    {"636275696c74696e730a7365740a5d284b014b02658581284b03902e", "{3}"},
    {"636275696c74696e730a6c6973740a5d284b016585812e", "[]"},
    {"636275696c74696e730a6c6973740a29814b01612e", "[1]"},
    {"636275696c74696e730a646963740a4b0185812e", "{}"},
    {"636275696c74696e730a6279746561727261790a43016185812e", "bytearray(b'')"},
    {"636275696c74696e730a66726f7a656e7365740a5d284b016585812e", "frozenset({1})"},
    {"636275696c74696e730a7475706c650a5d284b016585812e", "(1,)"},
    {"636275696c74696e730a62797465730a43016185812e", "b'a'"},
    {"636275696c74696e730a7365740a5d284b0165857d922e", "set()"},
    {"636275696c74696e730a636f6d706c65780a4b0185812e", "(1+0j)"},
    {"63636f70797265670a5f5f6e65776f626a5f5f0a636275696c74696e730a7365740a5d284b016586522e", "set()"},
    {"636d0a430a5d284b016585812e", "m.C([1])"},
    {"636d0a430a5d284b01658581284b02652e", "m.C([1])"},
    {"4b0129812e", "! an instance of a int"},
    {"636275696c74696e730a7365740a5d812e", "! an instance with a list for its arguments"},
    {"636275696c74696e730a7365740a294e922e", "! an instance with a NoneType for its keywords"},
    {"636275696c74696e730a7365740a5d29922e", "! an instance with a list for its arguments"},
    {"635f636f646563730a656e636f64650a29812e", "! an instance of a function"},
    // keys, items and states
    {"5d28652e", "[]"},
    {"7d28752e", "{}"},
    {"8f28902e", "set()"},
    {"4e28652e", "None"},
    {"5d4e622e", "[]"},
    {"5d4e7d86622e", "[]"},
    {"284b014b02642e", "{1: 2}"},
    {"7d284b014b024e29752e", "{1: 2, None: ()}"},
    {"7d4b014b02864b03732e", "{(1, 2): 3}"},
    {"430161982e", "b'a'"},
    {"7d5d4b01732e", "! has no hash"},
    {"7d285d4b01752e", "! has no hash"},
    {"285d4b01642e", "! has no hash"},
    {"7d7d4b01732e", "! has no hash"},
    {"7d8f4b01732e", "! has no hash"},
    {"7d960100000000000000614b01732e", "! has no hash"},
    {"7d5d854b01732e", "! has no hash"},
    {"7d5d85854b01732e", "! has no hash"},
    {"8f285d902e", "! has no hash"},
    {"8f285d85902e", "! has no hash"},
    {"285d912e", "! has no hash"},
    {"284b017d912e", "! has no hash"},
    {"5d7d622e", "! a state for a list"},
    {"7d7d622e", "! a state for a dict"},
    {"4b017d622e", "! a state for a int"},
    {"5d4e5d86622e", "! a state for a list"},
    {"5d4e7d4b014b027386622e", "! a state for a list"},
    {"5d4b01622e", "! a state for a list"},
    {"984e2e", "! an empty stack"},
    {"4e982e", "! a read-only view of a NoneType"},
    {"622e", "! an empty stack"},
    {"95ff000000000000004e2e", "! it is cut off"},
    {"9503000000000000004e2e", "! it is cut off"},
    {"5d284b01752e", "! a key without value"},
    {"7d284b01652e", "! items for a dict where a list is filled"},
    {"284b014b0291284b03902e", "! items for a frozenset where a set is filled"},
    {"4e2e4e", "! bytes after its end"},
    {"4e2e2e", "! bytes after its end"},
    {"80064e2e", "! protocol 6 is not known"},
    {"4e282e", "! an empty stack"},
    {"2e", "! an empty stack"},
  };
  // clang-format on
  for (const auto& [hex, expected] : cases) {
    CAPTURE(hex);
    const std::string got = read(of_hex(hex));
    if (expected[0] == '!') {
      CHECK(got.substr(0, broken.size()) == broken);
      CHECK_MESSAGE(got.find(expected + 2) != got.npos, got);
    } else {
      CHECK(got == expected);
    }
  }
}

TEST_CASE("pickle: Python 2's str is text and bytes") {
  CHECK(pickle::loads<std::string>("S'a\\n'\n.") == "a\n");
  CHECK(pickle::loads<leat::bytes>("S'a\\n'\n.") == test::bytes_of("a\n"));
  CHECK(pickle::loads<leat::bytes>("S'\\xff'\n.") == test::bytes_of("\xff"));
  CHECK(pickle::loads<leat::bytearray>("S'a'\n.") == leat::bytearray{std::byte{'a'}});
  CHECK(pickle::loads<std::map<leat::bytes, std::string>>("(dS'\\xff'\nS'a'\ns.").at(test::bytes_of("\xff")) == "a");
  CHECK(refused<std::string>("S'\\xff'\n.") == "leat: expected str, got bytes b'\\xff'");
  CHECK(refused<leat::bytes>("Va\n.") == "leat: expected bytes, got str 'a'");
  using either = std::variant<leat::bytes, std::string>;
  CHECK(pickle::loads<either>("S'a'\n.").index() == 1);
  CHECK(pickle::loads<either>("S'\\xff'\n.").index() == 0);
}

TEST_CASE("pickle: dates and times by other writers in C++") {
  using namespace std::chrono;
  const auto day = 2024y / February / 29d;
  CHECK(pickle::loads<year_month_day>(of_hex("636461746574696d650a646174650a4de8074b024b1d87522e")) == day);
  CHECK(pickle::loads<year_month_day>(of_hex("636461746574696d650a646174650a550407e8021d85522e")) == day);
  CHECK(pickle::loads<local_seconds>(raw("cdatetime\ndatetime\n(M\xe8\x07K\x02K\x1dK\x0ctR.")) == local_days(day) + 12h);
  CHECK(pickle::loads<seconds>(raw("cdatetime\ntimedelta\nK\0J\xff\xff\xff\xff\x86R.")) == -1s);
}

TEST_CASE("pickle: what cannot be loaded is refused even where nothing is made of it") {
  const std::string text = raw("X\x01\0\0\0\xff");
  CHECK(refused<std::string>(text + ".").find("expected str") != std::string::npos);
  CHECK(test::decode_error<pickle, std::string>("](Va\n" + text + "e.").find("record 1: expected str") != std::string::npos);
  CHECK(refused<int>(text + raw("0K\x01.")) == "leat: this is no pickle that can be read: it holds text that is not UTF-8");
  CHECK(test::decode_error<pickle, int>(text + raw("0](K\x01I2\ne.")).find("text that is not UTF-8") != std::string::npos);
  CHECK(refused<int>("P1\n0I2\n.").find("it holds a persistent id") != std::string::npos);
  CHECK(refused<int>("NQ0I2\n.").find("it holds a persistent id") != std::string::npos);
  CHECK(refused<int>("\x97"
                     "0I2\n.")
            .find("it holds a buffer that is not in it") != std::string::npos);
  CHECK(refused<std::string>("\x8c\x02\xc0\x80.").find("expected str") != std::string::npos);
}

TEST_CASE("pickle: a fold is no local time") {
  using time = std::chrono::local_time<std::chrono::microseconds>;
  const std::string folded = raw("cdatetime\ndatetime\nC\x0a\x07\xe8\x82\x1d\x0c\x1e\x05\0\0\0\x85R.");
  CHECK(refused<time>(folded).find("fold=0") != std::string::npos);
}

TEST_CASE("pickle: what is quickly read is as strict") {
  const std::string frame = raw("\x95\xff\0\0\0\0\0\0\0"), array = raw("\x96\x01\0\0\0\0\0\0\0a");
  CHECK(refused<int>(frame + raw("K\x01.")).find("cut off") != std::string::npos);
  CHECK(test::decode_error<pickle, int>("\x80\x05" + frame + raw("](K\x01K\x02e.")).find("cut off") != std::string::npos);
  CHECK(refused<std::map<leat::bytes, int>>("}" + array + raw("K\x01s.")).find("a bytearray has no hash") != std::string::npos);
  CHECK(refused<std::set<leat::bytes>>("\x8f(" + array + "\x90.").find("a bytearray has no hash") != std::string::npos);
  CHECK(refused<std::map<std::set<int>, int>>(raw("}\x8f(K\x01\x90K\x01s.")).find("a set has no hash") != std::string::npos);
  CHECK(
      refused<leat::dict_items<std::pair<std::set<int>, int>, int>>(raw("}\x8fK\x01\x86K\x01s.")).find("a tuple has no hash") !=
      std::string::npos);
  CHECK(pickle::loads<std::map<std::set<int>, int>>(raw("}(K\x01\x91K\x01s.")).size() == 1);
}

TEST_CASE("pickle: a key that stands twice in a dict is refused where both would be kept") {
  using items = leat::dict_items<int, std::string>;
  CHECK(pickle::loads<items>(raw("}(K\x01Va\nK\x02Vb\nu.")).size() == 2);
  CHECK(refused<items>(raw("}(K\x01Va\nK\x01Vb\nu.")) != "");
  CHECK(refused<items>(raw("}(K\x01\x8c\x01"
                           "aK\x01\x8c\x01"
                           "bu.")) != "");
  std::string many = "}(";
  for (int i = 0; i != 200; ++i) many += raw("K") + static_cast<char>(i) + "N";
  CHECK(pickle::loads<leat::dict_items<int, std::monostate>>(many + "u.").size() == 200);
  CHECK(refused<leat::dict_items<int, std::monostate>>(many + raw("K\x07Nu.")) != "");
}

TEST_CASE("pickle: values that are filled late do not evade the limit of depth") {
  const std::tuple<const char*, std::string, std::string, std::string> cases[] = {{"lists", "", "]", "a"},
                                                                                  {"dicts", raw("K\x01"), "}", "s"},
                                                                                  {"objects", "", "cm\nC\n)R", "b"},
                                                                                  {"lists by runs", "(", "]", "e"}};
  for (const auto& [name, before, empty, put] : cases) {
    CAPTURE(name);
    CHECK(read(filled_late(513, before, empty, put)).substr(0, 5) != "leat:");
    for (std::size_t levels : {514, 20'000})
      CHECK(read(filled_late(levels, before, empty, put)).find("it nests deeper than 512") != std::string::npos);
  }
  CHECK(read("]q" + raw("\0") + "h" + raw("\0") + "a.") == "[[...]]");
  std::string open = "]p0\ng0\n";  // what is on top in the end is the innermost one
  for (int i = 1; i != 20'000; ++i) open += "]p" + std::to_string(i) + "\nag" + std::to_string(i) + "\n";
  CHECK(read(open + ".").find("it nests deeper than 512") != std::string::npos);
}

TEST_CASE("pickle: numbers of the memo that share a remainder take no more time than others") {
  std::string body = "]";
  for (std::uint64_t i = 0; i != 300'000; ++i) body += "p" + std::to_string(i * 172'933) + "\n";
  CHECK(read(body + "g" + std::to_string(std::uint64_t{299'999} * 172'933) + "\n\x86.") == "([], [])");
}

TEST_CASE("pickle: what stands in several places unfolds to a bounded size") {
  auto sized = [](std::size_t n) {
    std::string number(4, '\0');
    for (int shift = 0; shift != 32; shift += 8)
      number[static_cast<std::size_t>(shift / 8)] = static_cast<char>(n >> shift & 255);
    return number;
  };
  auto repeated = [](const std::string& item, const std::string& recall, std::size_t times) {
    std::string body = "](" + item;
    for (; times != 0; --times) body += recall;
    return body + "e.";
  };
  const std::string large = "X" + sized(100'000) + std::string(100'000, 'x') + raw("q\0");
  const std::string bounded = "to more than 64 times the pickle's bytes and 64 MB";
  CHECK(test::decode<pickle, std::string>(repeated(large, raw("h\0"), 300)).size() == 301);
  CHECK(test::decode_error<pickle, std::string>(repeated(large, raw("h\0"), 1500)).find(bounded) != std::string::npos);
  CHECK(test::decode_error<pickle, std::string>(repeated(large, "2", 1500)).find(bounded) != std::string::npos);
  CHECK(test::decode_error<pickle, std::vector<std::string>>(repeated("](" + large + "eq\x01", "h\x01", 1500)).find(bounded) !=
        std::string::npos);
  using either = std::variant<std::vector<int>, std::vector<std::string>>;
  CHECK(test::decode_error<pickle, either>(repeated("](" + large + "eq\x01", "h\x01", 1500)).find(bounded) !=
        std::string::npos);
  CHECK(test::decode<pickle, leat::bytes>(repeated("S'abc'\np0\n", raw("h\0"), 10'000)).size() == 10'001);
  std::string sets = "](" + std::string(100'000, 'N') + "eq" + raw("\0") + "0(";
  for (int i = 0; i != 1500; ++i) sets += "cbuiltins\nset\nh" + raw("\0") + "\x85R";
  CHECK(read(sets + "l.").find("it repeats more than 64 times its bytes and 64 MB") != std::string::npos);
  auto names = [&](int times) {
    std::string body = "\x80\x04" + large + "0";
    for (; times != 0; --times)
      body +=
          raw("h\0h\0\x93"
              "0");
    return body + "N.";
  };
  CHECK(read(names(300)) == "None");
  CHECK(read(names(1500)).find("it repeats more than 64 times its bytes and 64 MB") != std::string::npos);
}

TEST_CASE("pickle: calls of a class with a long name take no more time than others") {
  std::string calls = "cbuiltins\n" + std::string(1'000'000, 'x') + "\nq" + raw("\0") + "0";
  for (int i = 0; i != 100'000; ++i)
    calls +=
        raw("h\0)R0h\0)\x81"
            "0(h\0o0ccopyreg\n__newobj__\nh\0\x85R0");
  CHECK(read(calls + "N.") == "None");
}

}  // namespace
}  // namespace wire_pickle_foreign
