// SPDX-License-Identifier: BSL-1.0
#include <leat/core/error.hpp>

#include <doctest/doctest.h>

#include <string>

namespace core_error {
namespace {

TEST_CASE("an error's text names the place, then the cause") {
  leat::usage_error plain("no such thing");
  CHECK(std::string(plain.what()) == "leat: no such thing");
  plain.locate({.stage = "map", .partition = 2, .batch = {}, .record = {}});
  CHECK(std::string(plain.what()) == "leat: map, partition 2: no such thing");
  plain.locate({.stage = "filter", .partition = {}, .batch = 0, .record = 7});
  CHECK(std::string(plain.what()) == "leat: map, partition 2, batch 0, record 7: no such thing");
  plain.locate({.stage = "", .partition = {}, .batch = 9, .record = 8, .last_record = 9});
  CHECK(!plain.where().last_record);
  plain.note("tried twice");
  CHECK(std::string(plain.what()) == "leat: map, partition 2, batch 0, record 7: no such thing\ntried twice");
  CHECK(plain.message() == "no such thing\ntried twice");
  CHECK(!plain.retryable());
  leat::usage_error several("bad");
  several.locate({.stage = "map", .partition = {}, .batch = 3, .record = 7, .last_record = 9});
  CHECK(std::string(several.what()) == "leat: map, batch 3, records 7 to 9: bad");
  several.rebase(4);
  CHECK(std::string(several.what()) == "leat: map, batch 3, record 4: bad");
}

TEST_CASE("Python exceptions and deaths are errors that carry their parts") {
  leat::python_error raised({"ValueError", "bad", "Traceback"}, {{"KeyError", "'k'", ""}});
  CHECK(std::string(raised.what()) == "leat: ValueError: bad\n  caused by KeyError: 'k'\nTraceback");
  CHECK(raised.causes().front().type == "KeyError");
  const struct {
    leat::python_exception raised;
    const char* text;
  } told_once[] = {{{"TypeError", "no len()", "TypeError: no len()\n"}, "TypeError: no len()"},
                   {{"TypeError", "no len()", "TypeError: no len()\na note\n"}, "TypeError: no len()\na note"},
                   {{"m.E", "two\nlines", "m.E: two\nlines\n"}, "m.E: two\nlines"},
                   {{"E", "", "E\n"}, "E"},
                   {{"E", "", ""}, "E"},
                   {{"StopIteration", "(advice)", "StopIteration\n"}, "StopIteration: (advice)"},
                   {{"E", "advice", "E: cause\n"}, "E: advice\nE: cause"},
                   {{"E", "x", "Traceback\n  File\nE: x\n"}, "E: x\nTraceback\n  File\nE: x"}};
  for (auto const& c : told_once) CHECK(leat::python_error(c.raised, {}).message() == c.text);
  leat::start_failed advised("ImportError: x\nTraceback\nImportError: x\n");
  CHECK(std::string(advised.what()) == "leat: ImportError: x\nTraceback\nImportError: x");  // whoever prints it ends the line
  advised.note("install it");
  CHECK(advised.message() == "ImportError: x\nTraceback\nImportError: x\ninstall it");
  leat::worker_killed died(9, "killed by SIGKILL", "boom");
  CHECK(died.retryable());
  CHECK(died.signal() == 9);
  CHECK(std::string(died.what()) == "leat: killed by SIGKILL\nlast lines of its stderr:\nboom");
  leat::conversion_error wrong("int", "str", "'x'");
  CHECK(std::string(wrong.what()) == "leat: expected int, got str 'x'");
  CHECK_THROWS_AS(throw wrong, leat::error);
}

}  // namespace
}  // namespace core_error
