// SPDX-License-Identifier: BSL-1.0
#include <leat/python/exchange/source_session.hpp>

#include "../fake_pool.hpp"

namespace python_exchange_source_session {
namespace {

using namespace fake;

/// A source over fake workers, which act whenever it looks.
struct source {
  using step = std::function<bool()>;  // false: not yet

  std::shared_ptr<fake::pool> workers;
  std::shared_ptr<pd::program> what = pd::make_program();
  const std::atomic<bool> never{false};
  leat::core::run_info run{};
  std::unique_ptr<pd::source_session> s{};
  std::size_t tickets = 0;  // that have come

  explicit source(std::vector<step> steps, unsigned attempts = 4) {
    auto o = with_workers(1);
    o.attempts = attempts;
    workers = std::make_shared<fake::pool>(o);
    what->workers = workers;
    what->functions = {pd::make_function(pd::kind::generate, "lambda i: []", nullptr)};
    run.stop = &never;  // so that it looks again and again
    workers->turn = [all = std::move(steps), at = std::size_t{0}]() mutable {
      if (at < all.size() && all[at]()) ++at;
    };
    s = std::make_unique<pd::source_session>(what, 5, run);
  }
  source(const source&) = delete;
  ~source() { s.reset(); }

  fake::worker& far(std::size_t i = 0) { return workers->at(i); }
  /// The next part; nothing at the end.
  std::optional<longs> next() {
    std::string_view body;
    std::size_t count = 0;
    if (!s->next(body, count)) return {};
    CHECK(count == body.size() / 8);
    return decoded(body);
  }
  bool ticket(std::size_t i = 0) {
    if (workers->made() <= i) return false;
    const auto m = far(i).take();
    if (!m || m->what != kind::data) return false;
    CHECK(m->count == 1);
    ++tickets;
    return true;
  }
};

TEST_CASE("source: each ticket is answered by a part, two are out, and the end is told by the last answer") {
  source* t = nullptr;
  std::uint64_t made = 0;
  source all({[&] {
    while (t != nullptr && t->ticket()) {
      if (made == 3) {
        t->far().done(made, 0, 0);  // it is at its end
        return true;
      }
      CHECK(t->tickets <= made + 2);
      t->far().data(made, {static_cast<std::int64_t>(made), 7});
      t->far().done(made++, 1, 2);
    }
    return false;
  }});
  t = &all;
  for (std::int64_t i = 0; i < 3; ++i) {
    CHECK(!all.s->at_end());
    CHECK(all.next() == longs{i, 7});
    CHECK(all.tickets <= static_cast<std::size_t>(i) + 3);
  }
  CHECK(!all.next());
  CHECK((all.s->at_end() && !all.next()));
  CHECK(all.far().kinds().back() == kind::end);
  CHECK(all.far().handed_back == 1);
  CHECK((all.s->place().partition == 5 && all.s->place().stage == "py.generate(\"lambda i: []\")"));
}

TEST_CASE("source: what it raised comes after all that it had yielded, and its worker stops") {
  source* t = nullptr;
  source all({[&] { return t != nullptr && t->ticket(); },
              [&] {
                t->far().data(0, {1});
                t->far().done(0, 1, 1);
                t->far().data(1, {2});
                t->far().error(1, wire::none, raised("ValueError", "three"));
                t->far().closed();
                return true;
              }});
  t = &all;
  CHECK(all.next() == longs{1});
  CHECK(all.next() == longs{2});
  CHECK(!all.s->at_end());
  CHECK(has(text_of_thrown<leat::python_error>([&] { all.next(); }), "ValueError: three"));
  CHECK((all.s->at_end() && !all.next()));
  CHECK(all.far().handed_back == 1);
}

TEST_CASE("source: it begins again where a worker dies before it has yielded anything, and not after that") {
  for (const bool leaves_child : {false, true}) {
    source* t = nullptr;
    const auto dies = [&](std::size_t i) {
      return [&t, i, leaves_child] {
        if (t == nullptr || !t->ticket(i)) return false;
        t->far(i).die(leaves_child);
        return true;
      };
    };
    source again({dies(0), dies(1), [&] { return t->ticket(2); },
                  [&] {
                    t->far(2).answer(0, {4});
                    return true;
                  }});
    t = &again;
    CHECK(again.next() == longs{4});
    CHECK(again.workers->made() == 3);
    again.far(2).closed();

    t = nullptr;
    source gives_up({dies(0), dies(1)}, 2);
    t = &gives_up;
    CHECK(has(text_of_thrown<leat::worker_killed>([&] { gives_up.next(); }), "gave up after 2 attempts"));
    CHECK(gives_up.workers->made() == 2);

    t = nullptr;
    source late({[&] { return t != nullptr && t->ticket(); },
                 [&] {
                   t->far().data(0, {1});
                   t->far().die(leaves_child);
                   return true;
                 }});
    t = &late;
    CHECK(late.next() == longs{1});
    CHECK(has(text_of_thrown<leat::worker_killed>([&] { late.next(); }), "it is not tried again: the source would begin anew"));
    CHECK(late.workers->made() == 1);
  }
}

TEST_CASE("source: what is out of turn is a protocol error, and its worker is killed") {
  const struct {
    const char* says;
    void (*breaks)(fake::worker&);
  } all[] = {
      {"kind 2 for batch 1, which is out of turn", [](auto& w) { w.data(1, {1}); }},
      {"kind 5 for batch 1, which is out of turn", [](auto& w) { w.done(1, 1, 1); }},
      {"kind 5 for batch 0, which is out of turn", [](auto& w) { w.send(kind::done, 0, 1, "short"); }},
      {"done with 2 elements of a batch that it was sent 1 of", [](auto& w) { w.done(0, 2, 0); }},
      {"kind 1 for batch 0, which is out of turn", [](auto& w) { w.send(kind::open, 0, 0, {}); }},
      {"kind 7 for batch 18446744073709551615, which is out of turn", [](auto& w) { w.closed("updates"); }},
  };
  for (auto const& one : all) {
    CAPTURE(one.says);
    source* t = nullptr;
    source s({[&] { return t != nullptr && t->ticket(); },
              [&] {
                one.breaks(t->far());
                t->far().closed();
                return true;
              }});
    t = &s;
    CHECK(has(text_of_thrown<leat::protocol_error>([&] { s.next(); }), one.says));
    CHECK((s.s->at_end() && s.far().killed));
  }
}

TEST_CASE("source: it can be waited for beside others, and stops when nobody wants more") {
  source t({});
  const int fd = t.s->waits_for();
  REQUIRE(fd >= 0);
  pollfd set{fd, POLLIN, 0};
  CHECK(::poll(&set, 1, 0) == 0);
  REQUIRE(t.ticket() == false);  // the frame before it opens the session
  REQUIRE(t.ticket());
  t.far().data(0, {1});
  CHECK(::poll(&set, 1, 10'000) == 1);
  CHECK(t.s->waits_for() == -1);
  CHECK(t.next() == longs{1});
  t.far().closed();
  t.s.reset();
  CHECK(t.ticket());
  CHECK(t.far().expect(kind::cancel).session == 1);
  CHECK(t.far().handed_back == 1);
}

}  // namespace
}  // namespace python_exchange_source_session
