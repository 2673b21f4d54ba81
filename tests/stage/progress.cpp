// SPDX-License-Identifier: BSL-1.0
#include <leat/sink/count.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/source/iota.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/progress.hpp>
#include <leat/stage/take.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace stage_progress {
namespace {

using leat::start_info;
using leat::core::progress_display;
using leat::core::progress_text;

std::string shown(auto run) {
  std::ostringstream out;
  run(out);
  return out.str();
}

TEST_CASE("progress: all elements go on, and the last line counts them") {
  std::vector<int> v(200'000, 1);
  int sum = 0;
  CHECK(shown([&](auto& out) { sum = v | leat::progress(out, "rows") | leat::sum(); }).rfind("rows: 200,000 in 0.", 0) == 0);
  CHECK(sum == 200'000);
  CHECK(shown([&](auto& out) {
          (void)(v | leat::filter([](int x) { return x > 1; }) | leat::progress(out) | leat::count());
        }).rfind("0 in 0.0 s", 0) == 0);
  CHECK(shown([&](auto& out) {
          (void)(leat::iota(0) | leat::progress(out) | leat::take(7) | leat::count());
        }).rfind("7 in 0.0 s", 0) == 0);
  std::vector<int> copy;
  (void)shown([&](auto& out) { copy = v | leat::progress(out) | leat::to_vector(); });
  CHECK(copy == v);
  v | leat::progress(std::ostringstream().flush()) | leat::map([](int& x) { return x = 2; }) | leat::count();  // a reference
  CHECK(std::count(v.begin(), v.end(), 2) == 200'000);
}

TEST_CASE("progress: a run that fails or is left early leaves its last state, where one was shown") {
  CHECK(shown([](auto& out) {
          try {
            (void)(leat::iota(0) | leat::progress(out) | leat::map([](int x) {
                     if (x == 5) throw std::runtime_error("five");
                     return x;
                   }) |
                   leat::count());
          } catch (const std::runtime_error&) {
          }
        }).empty());
  CHECK(shown([](auto& out) {
          for (int x : leat::iota(0) | leat::progress(out))
            if (x == 3) break;
        }).empty());
  CHECK(shown([](auto& out) {
          progress_display d(out, "", false, {}, 0);
          d.look(10, 2);
          d.end(15, 4, false);
        }) == "10, 5.0/s\n15, 3.8/s\n");
}

TEST_CASE("progress: the words") {
  const start_info exact{40'000, start_info::exact, nullptr}, most{40'000, start_info::at_most, nullptr};
  CHECK(progress_text(12'000, exact, 2, 5000, false) == "12,000 of 40,000 (30 %), 5,000/s, 5.6 s left");
  CHECK(progress_text(12'000, most, 2, 5000, false) == "12,000, 5,000/s");
  CHECK(progress_text(0, exact, 2, 0, false) == "0 of 40,000 (0 %)");
  CHECK(progress_text(40'000, exact, 8, 5000, true) == "40,000 in 8.0 s, 5,000/s");
  CHECK(progress_text(1'234'567, {}, 125, 9876.5, true) == "1,234,567 in 2 min 5 s, 9,876/s");
  CHECK(progress_text(1, exact, 1, 1, false) == "1 of 40,000 (0 %), 1.0/s, 11 h 6 min left");
  CHECK(progress_text(41'000, exact, 1, 20, false) == "41,000, 20/s");
}

TEST_CASE("progress: lines become rarer, a terminal's line is written over, and a slow run is looked at often") {
  CHECK(shown([](auto& out) {
          progress_display d(out, "a", false, {}, 0);
          for (int t = 0; t <= 20; ++t) d.look(static_cast<std::size_t>(t), t);
          d.end(21, 21, true);
        }) == "a: 1, 1.0/s\na: 3, 1.0/s\na: 7, 1.0/s\na: 15, 1.0/s\na: 21 in 21 s, 1.0/s\n");
  CHECK(shown([](auto& out) {
          progress_display d(out, "", true, {2000, start_info::exact, nullptr}, 0);
          d.look(1000, 1);
          d.end(2000, 2, true);
        }) == "\r1,000 of 2,000 (50 %), 1,000/s, 1.0 s left\r2,000 in 2.0 s, 1,000/s                   \n");
  std::ostringstream out;
  progress_display d(out, "", false, {}, 0);
  std::size_t step = 0;
  for (int i = 0; i < 20; ++i) step = d.look(1, 0.001 * i);
  CHECK(step == 256);
  for (int i = 1; i < 8; ++i) step = d.look(1, i);
  CHECK(step == 1);
}

}  // namespace
}  // namespace stage_progress
