// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/pickle/encode.hpp>
#include <leat/wire/pickle/machine.hpp>

#include <doctest/doctest.h>

#include <unistd.h>

#include "../volume.hpp"
#include "support.hpp"

namespace wire_python_values {
namespace {

namespace fs = std::filesystem;

using leat::wire::value;
using leat::wire::value_kind;

/// Writes a decoded value again, by the calls that codecs make.
struct rewriter {
  leat::wire::pickle_writer out;

  void write(const value& v) {
    switch (v.kind) {
      case value_kind::none:
        return out.none();
      case value_kind::boolean:
        return out.boolean(v.truth);
      case value_kind::integer:
        return out.integer(v.integer);
      case value_kind::natural:
        return out.natural(v.natural);
      case value_kind::big:
        return out.big(v.text);
      case value_kind::real:
        return out.real(v.real);
      case value_kind::complex:
        return out.complex(v.real, v.items[0]->real);
      case value_kind::str:
        return out.str(v.text);
      case value_kind::bytes:
        return out.bytes(v.text);
      case value_kind::bytearray:
        return out.bytearray(v.text);
      case value_kind::moment:
        return out.moment(v.integer);
      case value_kind::local:
        return out.local(v.integer);
      case value_kind::date:
        return out.date(v.integer);
      case value_kind::span:
        return out.span(v.small, v.integer);
      case value_kind::list:
        out.begin_list(v.items.size());
        for (const value* i : v.items) write(*i);
        return out.end_list(v.items.size());
      case value_kind::tuple:
        out.begin_tuple(v.items.size());
        for (const value* i : v.items) write(*i);
        return out.end_tuple(v.items.size());
      case value_kind::dict:
        out.begin_dict(v.items.size() / 2);
        for (std::size_t i = 0; i != v.items.size(); ++i) {
          if (i % 2 == 0) out.key();
          write(*v.items[i]);
        }
        return out.end_dict(v.items.size() / 2);
      case value_kind::set:
      case value_kind::frozenset:
        if (v.kind == value_kind::frozenset) out.freeze(1);
        out.begin_set(v.items.size());
        for (const value* i : v.items) write(*i);
        out.end_set(v.items.size());
        if (v.kind == value_kind::frozenset) out.freeze(-1);
        return;
      default:
        throw leat::protocol_error("a value of type " + leat::wire::type_of(v) + " was decoded");
    }
  }
};

std::string rewritten(std::string_view body) {
  leat::wire::value_tree tree;
  leat::wire::buffer out;
  leat::wire::key_memo keys;
  out.append("\x80\x05", 2);
  rewriter{{out, keys}}.write(leat::wire::unpickle(body, tree));
  out.push(leat::wire::op_stop);
  return std::string(out.view());
}

TEST_CASE("behaviour 22: 100,000 random values, pickled at every protocol, decoded, encoded and compared by Python") {
  const char* given = std::getenv("LEAT_PYTHON");
  const std::string python = given ? given : "/usr/bin/python3";
  if (::access(python.c_str(), X_OK) != 0) {
    MESSAGE("skipped: there is no " << python);
    return;
  }
  const char* wanted = std::getenv("LEAT_TEST_SEED");
  const std::string seed = wanted ? wanted : "20240229";
  CAPTURE(seed);
  const fs::path folder = fs::temp_directory_path() / ("leat-python-values-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string script = (test::golden_folder().parent_path() / "python_values.py").string();
  auto run = [&](const std::string& command, const std::string& more) {
    return std::system(("'" + python + "' -B '" + script + "' " + command + " '" + folder.string() + "' " + more).c_str());
  };
  const std::size_t wanted_values = test::volume(100'000);
  REQUIRE(run("make", seed + " " + std::to_string(wanted_values)) == 0);
  std::size_t batches = 0;
  for (; fs::exists(folder / (std::to_string(batches) + ".p5")); ++batches) {
    CAPTURE(batches);
    const fs::path base = folder / std::to_string(batches);
    const std::string last = rewritten(test::read_file(base.string() + ".p5"));
    for (const char* protocol : {".p0", ".p1", ".p2", ".p3", ".p4"}) {
      CAPTURE(protocol);
      test::expect(rewritten(test::read_file(base.string() + protocol)) == last, "all protocols give the same");
    }
    test::write_file(base.string() + ".out", last);
  }
  CHECK(batches == wanted_values / 5000);
  CHECK(run("check", "") == 0);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace wire_python_values
