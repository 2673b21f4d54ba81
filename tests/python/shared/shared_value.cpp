// SPDX-License-Identifier: BSL-1.0
#include <leat/python/python.hpp>
#include <leat/python/shared/shared_value.hpp>
#include <leat/sink/to_vector.hpp>

#include <set>

#include <fcntl.h>
#include <sys/resource.h>

#include "../support.hpp"

namespace python_shared_shared_value {
namespace {

using namespace support;
namespace pd = leat::python_detail;
using ints = std::vector<int>;
using strings = std::vector<std::string>;

TEST_CASE("digests tell contents, kinds and lengths apart") {
  std::set<std::string> all;
  std::size_t made = 0;
  auto add = [&](const std::string& kind, const std::string& content) {
    all.insert(pd::digest_of(kind, content));
    ++made;
    CHECK(pd::digest_of(kind, content) == pd::digest_of(kind, content));
  };
  for (std::size_t n = 0; n < 40; ++n)
    for (const char* kind : {"pickle", "text"}) add(kind, std::string(n, '\0'));
  std::string text(1000, 'x');
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char c : {'y', 'z'}) {
      text[i] = c;
      add("pickle", text);
      text[i] = 'x';
    }
  add("ab", "cd");
  add("abc", "d");
  CHECK(all.size() == made);
  CHECK(all.begin()->size() == pd::digest_size);
}

TEST_CASE("a shared_value is sealed and holds its bytes") {
  const std::string content(200'000, 'q');
  const pd::shared_value b("pickle", content);
  std::string back(content.size(), '\0');
  CHECK(::pread(b.descriptor(), back.data(), back.size(), 0) == static_cast<ssize_t>(content.size()));
  CHECK(back == content);
  CHECK(::write(b.descriptor(), "x", 1) == -1);
  CHECK(::ftruncate(b.descriptor(), 0) == -1);
}

/// How many times the value bound as `v` was loaded: its identity stays where it is kept.
const char* const identity = "lambda _: id(v)";
const char* const how_many_kept = "lambda _: len(__import__('leat.shared_values').shared_values.values)";

TEST_CASE("a large value is sent once per worker, for all its sessions and stages") {
  const leat::python py(quiet(1));
  const std::string big(10'000'000, 'a');
  auto length = py.map<int>("lambda x: len(v) + x").bind("v", big);
  auto where = py.map<std::int64_t>(identity).bind("v", big);
  std::set<std::int64_t> ids;
  for (int i = 0; i < 3; ++i) {
    CHECK((ints{1, 2} | length | leat::to_vector()) == ints{10'000'001, 10'000'002});
    ids.insert((ints{1} | where | leat::to_vector()).at(0));
  }
  CHECK(ids.size() == 1);
  CHECK((ints{1} | py.map<int>(how_many_kept) | leat::to_vector()) == ints{1});
  // One word longer than what goes with each session, and one shorter; the later bind wins.
  for (const std::size_t n : {pd::shared_value_bytes - 10, pd::shared_value_bytes}) {
    auto stage = py.map<std::size_t>("lambda _: len(v)").bind("v", std::string(n, 'b'));
    CHECK((ints{1} | stage | leat::to_vector()).at(0) == n);
    CHECK((ints{1} | stage.bind("v", std::string("short")) | leat::to_vector()).at(0) == 5);
    CHECK((ints{1} | stage.bind("v", big) | leat::to_vector()).at(0) == big.size());
  }
}

TEST_CASE("what nobody refers to any more is forgotten, the oldest first, and can come again") {
  const leat::python py(quiet(1));
  auto once = [&](char c) {
    return (ints{1} | py.map<std::string>("lambda _: v[:1] + v[-1:]").bind("v", std::string(20'000'000, c)) | leat::to_vector())
        .at(0);
  };
  for (int round = 0; round < 2; ++round)
    for (const char c : {'a', 'b', 'c', 'd', 'e', 'f', 'g'}) CHECK(once(c) == std::string(2, c));
  CHECK((ints{1} | py.map<int>(how_many_kept) | leat::to_vector()) == ints{3});  // 64 MB of them
}

TEST_CASE("large sources and class instances live as long as what they need") {
  const leat::python py(quiet(1));
  const folder temp;
  const std::string padding(100'000, '#');
  const auto source = leat::source_text(padding + R"(
made = 0
class Model:
    def __init__(self, table, file):
        global made
        made += 1
        self.table, self.file, self.n = table, file, made
    def __call__(self, x): return self.n * 1000 + len(self.table) // 1000 + x
    def close(self): open(self.file, 'a').write(f'closed {self.n}\n')
def fail(x): raise ValueError(x)
)",
                                        "/tmp/large.py");
  auto model = [&](std::size_t n) {
    return py.map<std::size_t>("Model", source).bind("table", std::string(n, 't')).bind("file", temp / "closed");
  };
  for (int i = 0; i < 3; ++i) CHECK((ints{1} | model(100'000) | leat::to_vector()).at(0) == 1101);
  CHECK((ints{1} | model(200'000) | leat::to_vector()).at(0) == 2201);
  CHECK((ints{1} | model(100'000) | leat::to_vector()).at(0) == 1101);
  const auto e = thrown<leat::python_error>([&] { ints{1} | py.map<int>("fail", source) | leat::to_vector(); });
  CHECK(contains(e.traceback(), "File \"/tmp/large.py\", line 10, in fail"));
  CHECK(contains(e.traceback(), "raise ValueError(x)"));
  CHECK(!temp.has("closed"));
  (void)(ints{1} | py.map<int>("lambda _: len(v)").bind("v", std::string(70'000'000, 'x')) | leat::to_vector());
  (void)(ints{1} | py.map<int>("lambda x: x") | leat::to_vector());  // makes room: the models go
  CHECK(temp.read("closed").size() == 18);
  CHECK((ints{1} | model(100'000) | leat::to_vector()).at(0) % 1000 == 101);
}

TEST_CASE("a worker that dies gets the values again through its successor") {
  const folder temp;
  auto options = quiet(2);
  options.imports = {"os"};
  const leat::python with(options);
  auto dying = with.map<int>("lambda x: len(v) if x != 700 or os.path.exists(f) else (open(f, 'w').close(), os._exit(1))")
                   .bind("v", std::string(100'000, 'v'))
                   .bind("f", temp / "died");
  CHECK((up_to(1000) | dying | leat::to_vector()) == ints(1000, 100'000));
  CHECK(temp.has("died"));
}

TEST_CASE("no memory file left: an error that says so") {
  if (sanitized) return;  // UBSan looks at exceptions through a pipe of its own, which it does not get
  const leat::python py(quiet(1));
  const auto stage = py.map<int>("lambda x: x");
  const std::string big(100'000, 'b');
  struct rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  struct rlimit low = before;
  low.rlim_cur = 0;
  std::string text;
  ::setrlimit(RLIMIT_NOFILE, &low);
  try {
    (void)stage.bind("v", big);
  } catch (const leat::output_error& e) {
    text = e.what();
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(contains(text, "cannot keep a value of 1000"));
  CHECK(contains(text, "Too many open files"));
}

}  // namespace
}  // namespace python_shared_shared_value
