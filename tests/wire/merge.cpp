// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/endian.hpp>
#include <leat/wire/pickle.hpp>
#include <leat/wire/pickle/merge.hpp>

#include <unistd.h>

#include "../volume.hpp"
#include "golden.hpp"

namespace wire_merge {
namespace {

namespace fs = std::filesystem;

using leat::wire::pickle_merger;
using test::raw;

std::string merged(const std::vector<std::string>& records, std::size_t* apart = nullptr) {
  leat::wire::buffer out;
  pickle_merger merger;
  out.append("in front");
  merger.begin(out);
  for (const auto& r : records) {
    const std::size_t before = out.size();
    if (merger.put(out, r)) continue;
    test::expect(out.size() == before, "a refused record leaves the buffer as it was");
    merger.put_apart(out, r);
    if (apart) ++*apart;
  }
  merger.end(out);
  return std::string(out.view().substr(8));
}

std::vector<std::string> records_of(const std::string& file) {
  std::vector<std::string> records;
  for (std::size_t at = 0; at < file.size(); at += records.back().size())
    records.push_back(file.substr(at + 8, leat::wire::get_little<std::uint64_t>(file.data() + at))), at += 8;
  return records;
}

std::string complaint(const std::string& record) {
  try {
    merged({record});
  } catch (const leat::protocol_error& e) {
    return e.what();
  }
  return {};
}

TEST_CASE("behaviour 26: merged pickles give what each gives alone, by a real Python") {
  const char* given = std::getenv("LEAT_PYTHON");
  const std::string python = given ? given : "/usr/bin/python3";
  if (::access(python.c_str(), X_OK) != 0) {
    MESSAGE("skipped: there is no " << python);
    return;
  }
  test::seeded random;
  CAPTURE(random.seed);
  const fs::path folder = fs::temp_directory_path() / ("leat-merge-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string script = (test::golden_folder().parent_path() / "merge.py").string();
  auto run = [&](const std::string& command, const std::string& more) {
    return std::system(("'" + python + "' -B '" + script + "' " + command + " '" + folder.string() + "' " + more).c_str());
  };
  REQUIRE(run("make", std::to_string(random.seed)) == 0);
  std::map<std::string, std::size_t> apart;
  for (const auto& file : fs::directory_iterator(folder)) {
    const std::string name = file.path().stem().string();
    test::write_file(folder / (name + ".merged"), merged(records_of(test::read_file(file.path())), &apart[name]));
  }
  CHECK(run("check", "") == 0);
  CHECK(apart["apart"] == 5);
  CHECK(apart["recursive"] == 0);
  CHECK(apart["memo_70000"] == 0);
  fs::remove_all(folder);
}

TEST_CASE("merge: what is written") {
  const std::string head = "\x80\x05](";
  CHECK(merged({}) == head + "e.");
  CHECK(merged({raw("\x80\x05\x95\x04\0\0\0\0\0\0\0]\x94K\x01"
                    "a.")}) == head +
                                   "]K\x01"
                                   "ae.");  // what nothing recalls is not stored
  CHECK(merged({raw("K\x01."), "\x80\x02N.", "\x80\x04N.", "\x80\x05N.", "\x80\x03N."}) ==
        head + "\x80\x02K\x01N\x80\x05NN\x80\x03Ne.");
  CHECK(merged({"\x80\x05]\x94h" + raw("\0") + "\x86."}) == head + raw("]q\x81h\x81\x86"
                                                                       "e."));
  const std::string text =
                        "\x8c\x03"
                        "abc",
                    twice = merged({"\x80\x05" + text + "\x94.", "\x80\x05" + text + "\x94."});
  CHECK(twice.substr(0, 10) == head + text + "q");
  CHECK(twice.substr(11) == std::string("h") + twice[10] + "e.");
  CHECK(merged({"\x80\x05\x8c\x01"
                "a.",
                "\x80\x05\x8c\x01"
                "a."}) == head +
                              "\x8c\x01"
                              "a\x8c\x01"
                              "ae.");
  CHECK(merged({"P1\n.", "Q."}) == head + raw("c_pickle\nloads\nq\x80\x8e\x04\0\0\0\0\0\0\0P1\n.\x85R"
                                              "h\x80\x8e\x02\0\0\0\0\0\0\0Q.\x85Re."));
}

TEST_CASE("merge: a record that is no pickle is refused by name, and adds nothing") {
  const std::pair<std::string, const char*> cases[] = {
      {"", "it is cut off at byte 0 of 0"},
      {"N", "it is cut off at byte 1 of 1"},
      {"K", "it is cut off at byte 0 of 1"},
      {"I12", "it is cut off at byte 0 of 3"},
      {"cos\nsystem", "it is cut off at byte 0 of 10"},
      {raw("\x8e\xff\xff\xff\xff\xff\xff\xff\xff."), "it is cut off at byte 0 of 10"},
      {raw("X\xff\xff\xff\xff"
           "abc."),
       "it is cut off at byte 0 of 9"},
      {raw("\x80\x05\x95\x09\0\0\0\0\0\0\0N."), "it is cut off at byte 2 of 13"},
      {"\xff.", "unknown opcode at byte 0 of 2"},
      {"\x80\x06N.", "protocol 6 is not known at byte 0 of 4"},
      {".", "an empty stack at byte 0 of 1"},
      {"N(.", "an empty stack at byte 2 of 3"},
      {"0N.", "an empty stack at byte 0 of 3"},
      {"N(0(\x85.", "an empty stack at byte 4 of 6"},
      {"a.", "an empty stack at byte 0 of 2"},
      {"N((e.", "an empty stack at byte 3 of 5"},
      {"e.", "a MARK is missing at byte 0 of 2"},
      {raw("h\0."), "memo 0 was never stored at byte 0 of 3"},
      {raw("]q\x05h\x04\x86."), "memo 4 was never stored at byte 3 of 7"},
  };
  for (const auto& [record, why] : cases) {
    CAPTURE(why);
    CHECK(complaint(record) == "leat: this is no pickle that can be merged: " + std::string(why));
  }
  leat::wire::buffer out;
  pickle_merger merger;
  merger.begin(out);
  CHECK(merger.put(out, "N."));
  CHECK_THROWS_AS(merger.put(out, "\x80\x05NN\x86"), leat::protocol_error);
  CHECK(merger.put(out, "K\x01."));
  merger.end(out);
  CHECK(leat::pickle::loads<std::tuple<std::optional<int>, int>>("(" + std::string(out.view().substr(4, 5)) + "\x86.") ==
        std::tuple<std::optional<int>, int>{std::nullopt, 1});
}

TEST_CASE("merge: cut off anywhere, or with one byte changed") {
  for (const char* form : {"records.0", "records.2", "records.5", "sets.0", "bytes.2", "nested_lists.4"}) {
    std::string body = test::read_file(test::golden_folder() / (form + std::string(".pickle")));
    for (std::size_t n = 0; n != body.size(); ++n) CHECK(complaint(body.substr(0, n)).find("cut off") != std::string::npos);
    for (std::size_t i = 0; i != body.size(); ++i) {
      const char before = body[i];
      for (int c = static_cast<int>(i) % (3 * test::stride()); c < 256; c += 3 * test::stride()) {
        body[i] = static_cast<char>(c);
        leat::wire::buffer out;
        pickle_merger merger;
        merger.begin(out);
        try {
          if (!merger.put(out, body)) continue;
        } catch (const leat::protocol_error&) {
          continue;
        }
        merger.end(out);
        const std::string list(out.view());
        pickle_merger again;
        out.clear();
        again.begin(out);
        test::expect(again.put(out, list), "what was merged can be merged");
      }
      body[i] = before;
    }
  }
}

}  // namespace
}  // namespace wire_merge
