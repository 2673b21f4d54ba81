// SPDX-License-Identifier: BSL-1.0
// A stage that stands for a Python stage: a boundary that fuses with the next one of its kind.
#include <leat/run/context.hpp>
#include <leat/run/operation/per_partition.hpp>
#include <leat/run/operation/reduce_by_key.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>

namespace run_boundary {
namespace {

namespace fake {

// Holds all elements back until the end, and dies in its first attempt at partition 1.
template <class In, class Next>
struct session_node {
  std::int64_t added;
  std::atomic<int>* sessions;
  Next next;
  std::vector<std::int64_t> held{};
  bool dies = false;

  bool start(leat::start_info n) {
    ++*sessions;
    dies = n.run->partition == 1 && n.run->attempt == 0;
    return next.start(n);
  }
  bool operator()(In&& x) {
    held.push_back(static_cast<std::int64_t>(x) + added);
    return true;
  }
  void finish() {
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (dies && i == held.size() / 2) throw leat::worker_killed(SIGKILL, "killed", "");
      if (!next(std::int64_t{held[i]})) break;
    }
    next.finish();
  }
};

struct session_stage : leat::stage_base {
  static constexpr bool boundary = true;

  std::int64_t added;
  std::atomic<int>* sessions;

  session_stage(std::int64_t a, std::atomic<int>* s) : added(a), sessions(s) {}
  friend session_stage fuse(session_stage a, session_stage b) { return {a.added + b.added, a.sessions}; }

  template <class In>
  using result = std::int64_t;
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In, class Self, class Next>
  static session_node<In, Next> bind(Self&& self, Next next) {
    return {self.added, self.sessions, std::move(next)};
  }
};

}  // namespace fake

TEST_CASE("boundary: neighbours fuse, others close the chain, retries do not count twice") {
  leat::context ctx{{.slots = 2}};
  std::atomic<int> sessions = 0;
  fake::session_stage add(1, &sessions);
  auto numbers = ctx.range(0, 100, 4);
  auto fused = numbers | add | add | add;
  CHECK(fused.sum() == 4950 + 300);
  CHECK(sessions == 5);
  CHECK(fused.collect().size() == 100);
  auto mixed =
      numbers | leat::map([](std::int64_t x) { return x * 2; }) | add | leat::map([](std::int64_t x) { return x + 1; }) | add;
  sessions = 0;
  CHECK(mixed.sum() == 9900 + 300);
  CHECK(sessions == 10);
  auto text = mixed.explain();
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);  // range, the first session, the second
  CHECK((numbers | (add | add)).first() == 2);
  std::int64_t next = 1;
  (numbers | add).for_each([&](std::int64_t x) { CHECK(x == next++); });
  next = 1;
  for (auto x : numbers | add) CHECK(x == next++);
  CHECK((numbers | leat::per_partition(add | leat::map([](std::int64_t x) { return x; }))).sum() == 5050);
  leat::dataset<std::int64_t> erased = numbers | add;
  CHECK((erased | add).sum() == 5150);
}

TEST_CASE("boundary: what it reads from a shuffle is kept for the next attempt") {
  leat::context ctx{{.slots = 2}};
  std::atomic<int> sessions = 0, reduced = 0;
  auto sums = ctx.range(0, 1000, 4) | leat::map([](std::int64_t x) { return std::pair(x % 20, x); }) |
              leat::reduce_by_key([&](std::int64_t a, std::int64_t b) {
                ++reduced;
                return a + b;
              });
  auto sent = sums | leat::map([](auto p) { return p.second; }) | fake::session_stage(1, &sessions);
  CHECK(sent.sum() == 499500 + 20);
  CHECK(sessions == 5);
  CHECK(reduced == 980);  // one job, not started anew
}

}  // namespace
}  // namespace run_boundary
