// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/msgpack.hpp>
#include <leat/wire/pickle.hpp>

#include <msgpack.hpp>

#include <array>
#include <map>

#include "support.hpp"

namespace wire_msgpack_defined {

struct as_array {
  int id = 0;
  std::string name{};
  std::vector<double> values{};
  MSGPACK_DEFINE(id, name, values)
  friend bool operator==(const as_array&, const as_array&) = default;
};
struct as_map {
  bool on = false;
  as_array inner{};
  std::map<std::string, int> counts{};
  MSGPACK_DEFINE_MAP(on, inner, counts)
  friend bool operator==(const as_map&, const as_map&) = default;
};
struct adapted {
  std::uint64_t high = 0;
  friend bool operator==(const adapted&, const adapted&) = default;
};
struct one_way {
  int x = 0;
  template <class Packer>
  void msgpack_pack(Packer& p) const {
    p.pack(x);
  }
};
struct fields_win {
  int x = 0;
  LEAT_FIELDS(x)
  MSGPACK_DEFINE(x)
};
struct outer {
  as_map map{};
  std::vector<as_array> arrays{};
  LEAT_FIELDS(map, arrays)
  friend bool operator==(const outer&, const outer&) = default;
};
struct nested {
  std::vector<nested> items{};
  MSGPACK_DEFINE(items)
};
struct floats {
  double whole = 2;
  float single = -3;
  std::vector<double> list{-0.0, 1e20};
  MSGPACK_DEFINE(whole, single, list)
};
struct none {};
struct odd {
  void msgpack_pack(auto& p) const { p.pack_ext(1, 5), p.pack_ext_body("x", 1); }
  void msgpack_unpack(const msgpack::object&) {}
};
struct bad_text {
  void msgpack_pack(auto& p) const { p.pack(std::string("\xff")); }
};

}  // namespace wire_msgpack_defined

namespace msgpack {
MSGPACK_API_VERSION_NAMESPACE(MSGPACK_DEFAULT_API_NS) {
  namespace adaptor {
  template <>
  struct pack<wire_msgpack_defined::adapted> {
    template <class Stream>
    packer<Stream>& operator()(packer<Stream>& p, const wire_msgpack_defined::adapted& x) const {
      return p.pack(std::array<std::uint64_t, 2>{x.high, 7});
    }
  };
  template <>
  struct convert<wire_msgpack_defined::adapted> {
    const msgpack::object& operator()(const msgpack::object& o, wire_msgpack_defined::adapted& x) const {
      const auto both = o.as<std::array<std::uint64_t, 2>>();
      if (both[1] != 7) throw msgpack::type_error();
      x.high = both[0];
      return o;
    }
  };
  }  // namespace adaptor
}
}  // namespace msgpack

namespace wire_msgpack_defined {
namespace {

using test::raw;

TEST_CASE_TEMPLATE("behaviour 22: types that msgpack-c packs, on every wire", Wire, leat::pickle, leat::msgpack) {
  const as_array a{-5, "n\xc3\xa4me", {1.5, 2, -0.25}};
  const as_map m{true, a, {{"k", 1}, {"l", -1}}};
  test::round_trip<Wire>(std::vector<as_array>{a, {}, a});
  test::round_trip<Wire>(std::vector<as_map>{m, {}});
  test::round_trip<Wire>(std::vector<adapted>{{UINT64_MAX}, {0}});
  test::round_trip<Wire>(std::vector<outer>{{m, {a, a}}, {}});
  test::round_trip<Wire>(std::vector<std::map<std::string, std::optional<as_map>>>{{{"x", m}, {"y", std::nullopt}}});
  using fields = std::tuple<int, std::string, std::vector<double>>;
  CHECK(test::decode<Wire, as_array>(test::encode<Wire>(
            std::vector<std::vector<std::variant<int, std::string, std::vector<double>>>>{{-5, "x", std::vector{1.5}}})) ==
        std::vector<as_array>{{-5, "x", {1.5}}});
  CHECK(test::decode<Wire, as_array>(test::encode<Wire>(std::vector<fields>{{-5, "x", {1.5}}})) ==
        std::vector<as_array>{{-5, "x", {1.5}}});
  CHECK(leat::wire::type_name<as_array>() == "list");
  CHECK(leat::wire::type_name<as_map>() == "dict");
  CHECK(leat::wire::type_name<outer>() == "{'map': dict, 'arrays': list[list]}");
  CHECK(leat::wire::type_name<one_way>() == "object");
  CHECK(leat::wire::type_name<fields_win>() == "{'x': int}");
  static_assert(Wire::template encodable<one_way> && !Wire::template decodable<one_way>);
  static_assert(!Wire::template encodable<none> && !Wire::template decodable<none>);
  CHECK(Wire::dumps(one_way{7}) == Wire::dumps(7));

  auto refused = []<class Given>(auto to, const Given& given) {
    return test::decode_error<Wire, decltype(to)>(test::encode<Wire>(std::vector<Given>{given}));
  };
  CHECK(refused(as_array{}, std::string("text")) ==
        "leat: record 0: expected list as the type's msgpack definition reads it, got str 'text'");
  CHECK(refused(as_array{}, std::vector<std::string>{"text"}) ==
        "leat: record 0: expected list as the type's msgpack definition reads it, got list ['text']");
  CHECK(refused(adapted{}, std::vector<std::uint64_t>{1, 2}).find("got list [1, 2]") != std::string::npos);
  CHECK(refused(std::vector<as_array>{}, std::vector<int>{3}).find("in element 0 of list[list], got int 3") !=
        std::string::npos);
}

TEST_CASE("types that msgpack-c packs: floats stay floats, whatever msgpack-c's own packer does") {
  CHECK(leat::msgpack::dumps(floats{}) ==
        raw("\x93\xcb\x40\0\0\0\0\0\0\0\xca\xc0\x40\0\0\x92\xcb\x80\0\0\0\0\0\0\0\xcb\x44\x15\xaf\x1d\x78\xb5\x8c\x40"));
  using item = std::variant<double, std::vector<double>>;
  CHECK(leat::pickle::dumps(floats{}) == leat::pickle::dumps(std::vector<item>{2.0, -3.0, std::vector{-0.0, 1e20}}));
}

TEST_CASE("types that msgpack-c packs: what another wire cannot carry is refused") {
  auto error_of = [](const auto& x) -> std::string {
    try {
      (void)leat::pickle::dumps(x);
    } catch (const leat::conversion_error& e) {
      return e.what();
    }
    return "";
  };
  CHECK(error_of(odd{}) == "leat: expected a msgpack extension that has a form in Python, got msgpack.ExtType of type 5");
  CHECK(error_of(bad_text{}).find("valid UTF-8") != std::string::npos);
  auto read = [](const std::string& item) {
    return test::decode_error<leat::pickle, as_array>(raw("\x80\x05](") + item + "e.");
  };
  CHECK(read("]q\x01h\x01"
             "a")
            .find("a list that contains itself") != std::string::npos);
  CHECK(read(raw("\x8a\x09\0\0\0\0\0\0\0\0\x01")).find("got int 18446744073709551616") != std::string::npos);
  CHECK(read("cos\nsystem\n").find("expected what msgpack holds, got type <class 'os.system'>") != std::string::npos);
  CHECK(read(raw("\x8c\x03\xed\xb2\x80")).find("without lone surrogates") != std::string::npos);
  std::string shared = "]q\x01";
  for (int i = 1; i != 60; ++i) {
    const char from = static_cast<char>(i), to = static_cast<char>(i + 1);
    shared += std::string("0]q") + to + "(h" + from + "h" + from + "e";
  }
  CHECK(read(shared).find("shared references would unfold to too many values") != std::string::npos);
}

TEST_CASE("types that msgpack-c packs: values that nest without end are refused before anything recurses") {
  auto filled_late = [](int levels, bool closed) {
    std::string body = "]p0\n";
    for (int i = 1; i != levels; ++i)
      body += "g" + std::to_string(i - 1) + "\n]p" + std::to_string(i) + (closed && i + 1 == levels ? "\ng0\na" : "\n") + "a0";
    return body + "]g0\na.";
  };
  auto depth = [](const nested& x) {
    int n = 0;
    for (const nested* at = &x; !at->items.empty(); at = &at->items[0]) ++n;
    return n;
  };
  const std::string deep = "nests deeper than 512";
  CHECK(test::decode_error<leat::pickle, nested>(filled_late(20'000, false)).find(deep) != std::string::npos);
  CHECK(test::decode_error<leat::pickle, nested>(filled_late(20'000, true)).find(deep) != std::string::npos);
  CHECK(test::decode_error<leat::pickle, nested>(filled_late(40, true)).find("contains itself") != std::string::npos);
  CHECK(depth(test::decode<leat::pickle, nested>(filled_late(512, false)).at(0)) == 255);
  const std::string head = raw("\xdd\0\0\0\x01");
  CHECK(test::decode_error<leat::msgpack, nested>(head + std::string(20'000, '\x91') + "\x90").find(deep) != std::string::npos);
  CHECK(depth(test::decode<leat::msgpack, nested>(head + std::string(511, '\x91') + "\x90").at(0)) == 255);
}

}  // namespace
}  // namespace wire_msgpack_defined
