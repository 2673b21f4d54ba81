// SPDX-License-Identifier: BSL-1.0
#include <leat/python/exchange/exchange.hpp>
#include <leat/wire/buffer.hpp>

#include <random>

#include "../../volume.hpp"
#include "../fake_pool.hpp"

namespace python_exchange_exchange {
namespace {

using namespace fake;

constexpr std::size_t all_of_them = ~std::size_t{0};

wire::buffer content_of(const longs& xs) {
  wire::buffer b;
  b.append(encoded(xs));
  return b;
}

/// One exchange over fake workers. They act whenever the exchange looks, in the one thread that there is.
struct trip final : pd::receiver {
  using step = std::function<bool()>;  // false: not yet

  std::shared_ptr<fake::pool> workers;
  std::shared_ptr<pd::program> what = pd::make_program();
  const std::atomic<bool> never{false};
  leat::core::run_info run{};
  longs got{};
  std::size_t wanted = all_of_them;
  std::unique_ptr<pd::exchange> x{};

  explicit trip(leat::python_options o, pd::kind does = pd::kind::map) : workers(std::make_shared<fake::pool>(std::move(o))) {
    what->workers = workers;
    what->functions = {pd::make_function(does, "lambda x: x", nullptr)};
    run.stop = &never;  // so that it looks again and again
  }
  explicit trip(std::size_t n, pd::kind does = pd::kind::map) : trip(with_workers(n), does) {}
  trip(const trip&) = delete;
  ~trip() = default;

  bool results(std::string_view body, std::size_t count, std::size_t skip) override {
    const longs xs = decoded(body);
    CHECK(xs.size() == count);
    got.insert(got.end(), xs.begin() + static_cast<std::ptrdiff_t>(skip), xs.end());
    return got.size() < wanted;
  }
  bool submit(const longs& xs) {
    if (!x) x = std::make_unique<pd::exchange>(what, run, *this);
    wire::buffer b = content_of(xs);
    return x->submit(b, xs.size());
  }
  /// What the workers do from now on, one step after the other.
  void play(std::vector<step> steps) {
    workers->turn = [steps = std::move(steps), at = std::size_t{0}]() mutable {
      if (at < steps.size() && steps[at]()) ++at;
    };
  }
  void finish(std::vector<step> steps) {
    if (!x) x = std::make_unique<pd::exchange>(what, run, *this);
    play(std::move(steps));
    x->finish();
    workers->turn = nullptr;
  }
  fake::worker& far(std::size_t i) { return workers->at(i); }

  /// Steps of worker `i`: it takes its next batch, or does more with that.
  std::vector<work> taken{};
  step take(std::size_t i) {
    return [this, i] {
      if (workers->made() <= i) return false;
      auto b = far(i).batch();
      if (b) taken.push_back(std::move(*b));
      return b.has_value();
    };
  }
  /// It answers the batch with ten times its elements.
  step serve(std::size_t i) {
    return [this, i, takes = take(i)] {
      if (!takes()) return false;
      longs results = taken.back().elements;
      for (auto& r : results) r *= 10;
      far(i).answer(taken.back().batch, results);
      return true;
    };
  }
  step act(std::size_t i, std::function<void(fake::worker&)> f) {
    return [this, i, f = std::move(f)] {
      if (workers->made() <= i) return false;
      f(far(i));
      return true;
    };
  }
  step data(std::size_t i, std::uint64_t batch, longs results) {
    return act(i, [=](auto& w) { w.data(batch, results); });
  }
  step done(std::size_t i, std::uint64_t batch, std::uint64_t consumed) {
    return act(i, [=](auto& w) { w.done(batch, consumed, consumed); });
  }
  step dies(std::size_t i, bool leaves_child = false) {
    return act(i, [=](auto& w) { w.die(leaves_child); });
  }
  /// Whether the worker was told to stop; after that it is killed or serves another.
  bool stopped(std::size_t i) {
    while (far(i).batch()) {
    }
    return far(i).cancelled;
  }
};

// ---- order

TEST_CASE("exchange: results are in order however the workers answer; without one, as they come") {
  std::vector<std::size_t> order{0, 1, 2};
  do {
    for (const bool ordered : {true, false}) {
      CAPTURE(order);
      trip t(3);
      t.what->ordered = ordered;
      for (const int i : {1, 2, 3}) CHECK(t.submit({i, 100 * i}));
      t.finish({t.serve(order[0]), t.serve(order[1]), t.serve(order[2])});
      longs expected;
      for (const std::size_t i : ordered ? std::vector<std::size_t>{0, 1, 2} : order) {
        const auto n = static_cast<std::int64_t>(10 * (i + 1));
        expected.insert(expected.end(), {n, 100 * n});
      }
      CHECK(t.got == expected);
      for (std::size_t i = 0; i < 3; ++i) CHECK(t.far(i).handed_back == 1);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("exchange: what comes of the first batch is handed on at once, what comes of others when it is their turn") {
  trip t(2);
  t.submit({1, 2});
  t.submit({3, 4});
  longs seen;
  const auto look = [&](longs expected) {
    return [&t, expected] {
      CHECK(t.got == expected);
      return true;
    };
  };
  t.finish({t.take(0), t.take(1), t.data(0, 0, {10}), look({10}), t.data(1, 1, {30}), look({10}), t.data(0, 0, {20}),
            look({10, 20}), t.done(0, 0, 2), look({10, 20, 30}), t.data(1, 1, {40}), look({10, 20, 30, 40}), t.done(1, 1, 2)});
  CHECK(t.got == longs{10, 20, 30, 40});
}

TEST_CASE("exchange: all batches of a task go to one session, whose death is the task's") {
  trip t(3);
  t.run.task = true;
  t.run.partition = 7;
  t.submit({1});
  t.play({t.serve(0), t.serve(0)});
  t.submit({2});
  t.submit({3});
  const auto text = text_of_thrown<leat::worker_killed>([&] {
    t.finish({t.serve(0), t.dies(0)});
    t.submit({4});
    t.finish({t.dies(0)});
  });
  CHECK(t.workers->made() == 1);
  CHECK(t.got == longs{10, 20, 30});
  CHECK(has(text, "partition 7"));
}

TEST_CASE("exchange: nothing to do is nothing done") {
  trip t(2);
  t.finish({});
  CHECK(t.workers->made() == 0);
}

// ---- deaths

TEST_CASE("exchange: after a death a new worker gets what was not finished, and what was handed on is passed over") {
  struct death {
    const char* when;
    longs before;               // of batch 0, in parts of one
    std::vector<longs> after;   // parts of the replay
    bool leaves_child = false;  // then only the process's end tells
  };
  for (auto const& d : std::vector<death>{{"at once", {}, {{10, 20, 30}}},
                                          {"at once, with a child", {}, {{10, 20, 30}}, true},
                                          {"within", {10, 20}, {{10, 20, 30}}},
                                          {"within, with a child", {10, 20}, {{10}, {20}, {30}}, true},
                                          {"within, parts cut otherwise", {10, 20}, {{10}, {20, 30}}},
                                          {"before the last word", {10, 20, 30}, {{10, 20, 30}}}}) {
    CAPTURE(d.when);
    trip t(2);
    t.submit({1, 2, 3});
    t.submit({4});
    std::vector<trip::step> steps{t.take(0), t.serve(1)};
    for (const auto r : d.before) steps.push_back(t.data(0, 0, {r}));
    steps.push_back(t.dies(0, d.leaves_child));
    steps.push_back(t.take(2));
    for (auto const& part : d.after) steps.push_back(t.data(2, 0, part));
    steps.push_back(t.done(2, 0, 3));
    t.finish(steps);
    CHECK(t.got == longs{10, 20, 30, 40});
    CHECK(t.taken.back().elements == longs{1, 2, 3});
    CHECK((t.workers->made() == 3 && t.far(0).killed && t.far(2).handed_back == 1));
  }
}

TEST_CASE("exchange: a death is seen while something else is waited for, also where a child keeps the socket open") {
  for (const bool leaves_child : {false, true}) {
    trip t(1);
    t.submit({1, 2});
    t.play({t.take(0), t.data(0, 0, {10}), t.dies(0, leaves_child), t.serve(1)});
    for (int turns = 0; t.got.size() < 2 && turns < 10; ++turns) CHECK(t.x->turn());
    CHECK(t.got == longs{10, 20});
    t.finish({});
  }
}

TEST_CASE("exchange: what waited for its turn is made again where its worker dies") {
  trip t(2);
  t.submit({1});
  t.submit({2, 3});
  t.finish({t.take(0), t.take(1), t.data(1, 1, {20}), t.dies(1), t.serve(2), t.act(0, [](auto& w) { w.done(0, 1, 0); })});
  CHECK(t.got == longs{20, 30});
}

TEST_CASE("exchange: it gives up at the death that python_options.attempts says, and tells which batch it was") {
  for (const unsigned attempts : {1u, 4u}) {
    auto o = with_workers(1);
    o.attempts = attempts;
    trip t(o);
    t.submit({1, 2, 3});
    std::vector<trip::step> steps;
    for (std::size_t i = 0; i < attempts; ++i) {
      steps.push_back(t.take(i));
      steps.push_back(t.data(i, 0, {10}));
      steps.push_back(t.dies(i));
    }
    const auto text = text_of_thrown<leat::worker_killed>([&] { t.finish(steps); });
    CHECK(has(text, "batch 0, records 0 to 2: worker " + std::to_string(attempts - 1) + " was killed"));
    CHECK(has(text, attempts == 1 ? "gave up after 1 attempt at this batch of 3 records"
                                  : "gave up after 4 attempts at this batch of 3 records"));
    CHECK(t.got == longs{10});  // once
    CHECK(t.workers->made() == attempts);
  }
}

// ---- handed back

TEST_CASE("exchange: what a worker hands back goes to those that have nothing to do, in its place") {
  trip t(3);
  t.submit({1, 2, 3, 4, 5, 6, 7});
  t.submit({8});
  t.finish({t.take(0), t.serve(1), t.data(0, 0, {10}), t.done(0, 0, 1), t.serve(0), t.serve(1), t.serve(2)});
  CHECK(t.got == longs{10, 20, 30, 40, 50, 60, 70, 80});
  REQUIRE(t.taken.size() == 5);
  longs again;  // shared between three
  for (std::size_t i = 2; i < 5; ++i) {
    CHECK(t.taken[i].elements.size() == 2);
    CHECK(t.taken[i].batch > 1);
    again.insert(again.end(), t.taken[i].elements.begin(), t.taken[i].elements.end());
  }
  std::sort(again.begin(), again.end());
  CHECK(again == longs{2, 3, 4, 5, 6, 7});
}

TEST_CASE("exchange: who is still at a batch while another worker has nothing to do is told to hand back") {
  for (const bool waits : {false, true}) {  // for a source, meanwhile
    trip t(2);
    t.submit({1, 2, 3});
    t.submit({4});
    const std::vector<trip::step> steps{t.take(0),          t.serve(1),      [&] { return t.far(0).recalled > 0; },
                                        t.data(0, 0, {10}), t.done(0, 0, 1), t.serve(0),
                                        t.serve(1)};
    if (waits) {
      t.play(steps);
      while (t.got.size() < 4) {
        CHECK(t.x->turn());
        std::vector<pollfd> set;
        const int milliseconds = t.x->descriptors(set);
        ::poll(set.data(), set.size(), milliseconds);
      }
    }
    t.finish(waits ? std::vector<trip::step>{} : steps);
    CHECK(t.got == longs{10, 20, 30, 40});
    CHECK((t.far(0).recalled > 0 && t.far(1).recalled == 0));
  }
}

TEST_CASE("exchange: a batch that is handed back whole stays whole where a function gets it as one") {
  for (const auto does : {pd::kind::map_batches, pd::kind::map}) {
    trip t(2, does);
    t.submit({1, 2, 3, 4});
    t.submit({5});
    std::vector<trip::step> steps{t.take(0), t.serve(1), t.done(0, 0, 0)};
    if (does == pd::kind::map) steps.push_back(t.serve(0));
    steps.push_back(does == pd::kind::map ? t.serve(1) : [&] { return t.serve(0)() || t.serve(1)(); });
    t.finish(steps);
    CHECK(t.got == longs{10, 20, 30, 40, 50});
    CHECK(t.taken.size() == (does == pd::kind::map ? 4 : 3));
  }
}

TEST_CASE("exchange: who takes over what was handed back may die, too") {
  trip t(2);
  t.submit({1, 2, 3});
  t.submit({4});
  t.finish({t.take(0), t.serve(1), t.data(0, 0, {10, 20}), t.dies(0), t.take(2),  // passes over two
            t.data(2, 0, {10}), t.done(2, 0, 1),                                  // hands back 2 and 3; 20 is still passed over
            [&] { return t.take(1)() || t.take(2)(); },
            [&] {
              CHECK(t.taken.back().elements == longs{2, 3});
              const bool second = !t.far(1).batch() && t.taken.back().batch == 2;
              CHECK(second);
              return true;
            },
            [&] {
              for (const std::size_t i : {1u, 2u}) t.far(i).die();
              return true;
            },
            [&] { return t.serve(3)() || t.serve(4)(); }});
  CHECK(t.got == longs{10, 20, 30, 40});
}

TEST_CASE("exchange: of what was handed back the first goes first") {
  trip t(2);
  t.submit({1});
  t.submit({2});
  const auto both = [&] {
    for (const std::size_t i : {0u, 1u}) t.far(i).done(i, 0, 0);
    return true;
  };
  t.finish({t.take(0), t.take(1), both, t.serve(0), t.serve(1)});
  CHECK((t.taken[2].elements == longs{1} && t.taken[3].elements == longs{2}));
  CHECK(t.got == longs{10, 20});
}

TEST_CASE("exchange: what was handed back never waits behind a later batch, whose results may be more than is read ahead") {
  trip t(2);
  t.submit({1});
  t.submit({1});
  t.play({t.serve(0), t.serve(1)});
  t.x->turn();  // from here on two batches go to each worker
  CHECK(t.got == longs{10, 10});
  t.submit({2, 3});
  for (const int x : {4, 5, 6}) t.submit({x});
  const longs many(8000, 50);
  const std::size_t parts = 4 * pd::result_bytes / (8 * many.size());
  std::vector<trip::step> steps{t.take(0), t.take(0), t.done(0, 2, 0), t.act(0, [&](auto& w) {
                                  CHECK((t.taken[2].elements == longs{2, 3} && t.taken[3].elements == longs{5}));
                                  for (std::size_t i = 0; i < parts; ++i) w.data(t.taken[3].batch, many);
                                  w.done(t.taken[3].batch, 1, parts * many.size());
                                })};
  steps.push_back([&] {
    if (!t.serve(0)()) t.serve(1)();
    return false;
  });
  t.finish(steps);
  longs expected{10, 10, 20, 30, 40};
  expected.insert(expected.end(), parts * many.size(), 50);
  expected.push_back(60);
  CHECK((t.got == expected));
}

TEST_CASE("exchange: a large batch is lent in a shared buffer, once; handed back it travels in its frame") {
  trip t(1);
  t.what->shares_elements = true;
  t.x = std::make_unique<pd::exchange>(t.what, t.run, t);
  longs many(pd::shared_buffer_threshold / 8, 1);
  wire::buffer b = content_of(many);
  t.play({t.serve(0)});
  t.x->submit(b, many.size());
  CHECK(b.owner());  // the next one is written there
  b.append(encoded(many));
  t.x->submit(b, many.size());
  t.finish({[&] {
              while (auto m = t.far(0).take())
                if (m->what == kind::data) {
                  CHECK(m->flags == wire::in_buffer);
                  t.far(0).done(m->batch, 0, 0);
                  return true;
                }
              return false;
            },
            t.serve(0)});
  CHECK(t.taken.back().elements.size() == many.size());
  CHECK(t.got.size() == 2 * many.size());
}

// ---- bounds

TEST_CASE("exchange: it is not further ahead of the batch in turn than its bounds say") {
  struct bound {
    const char* what;
    std::int64_t batches;
    std::size_t results, least, most;  // longs a batch; batches from the one in turn on, before it waits
    int holds;                         // times that the worker of the batch in turn lets the others run ahead
  };
  constexpr std::size_t large = 60 * 1024 / 8, until_full = pd::result_bytes / (8 * large) + 1;
  for (auto const& b : {bound{"batches", 2 * pd::window_batches + 10, 1, 2 * pd::window_batches, 2 * pd::window_batches, 1},
                        bound{"bytes of results", 120, large, until_full, until_full + 6, 3}}) {
    CAPTURE(b.what);
    trip t(2);
    int holds = b.holds, quiet = 0;
    std::optional<work> held;
    std::vector<std::size_t> ahead;
    const auto answer = [&](std::size_t i, const work& w) {
      t.far(i).data(w.batch, longs(b.results, w.elements[0]));
      t.far(i).done(w.batch, 1, b.results);
    };
    t.workers->turn = [&] {
      if (!held && t.workers->made() > 0) held = t.far(0).batch();
      if (t.workers->made() > 1)
        if (const auto w = t.far(1).batch()) {
          quiet = 0;
          return answer(1, *w);
        }
      if (!held || (holds > 0 && ++quiet < 4)) return;
      if (holds-- > 0) ahead.push_back(t.x->records() - static_cast<std::size_t>(held->elements[0]));  // the exchange waits
      quiet = 0;
      answer(0, *std::exchange(held, {}));
    };
    for (std::int64_t i = 0; i < b.batches; ++i) CHECK(t.submit({i}));
    t.x->finish();
    CHECK(ahead.size() == static_cast<std::size_t>(b.holds));
    for (const std::size_t n : ahead) {
      CHECK(n >= b.least);
      CHECK(n <= b.most);
    }
    CHECK(t.got.size() == static_cast<std::size_t>(b.batches) * b.results);
    CHECK(std::is_sorted(t.got.begin(), t.got.end()));
  }
}

// ---- whole streams

TEST_CASE("exchange: map_partitions sees one stream, and yields after its end, also where nothing was in it") {
  trip t(3, pd::kind::map_partitions);
  CHECK(t.submit({1, 2}));
  t.play({t.serve(0)});
  CHECK(t.submit({3}));
  t.finish({t.take(0), t.done(0, 1, 1), [&] { return t.far(0).batch() || t.far(0).ends; }, t.data(0, 1, {30}),
            t.data(0, 1, {40, 50}), t.act(0, [](auto& w) { w.closed(); })});
  CHECK(t.got == longs{10, 20, 30, 40, 50});
  CHECK((t.workers->made() == 1 && t.far(0).handed_back == 1));

  trip none(3, pd::kind::map_partitions);
  none.finish({[&] { return none.workers->made() > 0 && !none.far(0).batch() && none.far(0).ends; }, none.data(0, 0, {5}),
               none.act(0, [](auto& w) { w.closed(); })});
  CHECK(none.got == longs{5});
}

TEST_CASE("exchange: a whole stream is tried again until something of it has been answered") {
  trip t(1, pd::kind::map_partitions);
  t.submit({1});
  t.finish({t.dies(0), t.serve(1), [&] { return !t.far(1).batch() && t.far(1).ends; }, t.act(1, [](auto& w) { w.closed(); })});
  CHECK(t.got == longs{10});
  for (const bool done : {false, true}) {
    trip late(1, pd::kind::map_partitions);
    late.submit({1});
    const auto text = text_of_thrown<leat::worker_killed>(
        [&] { late.finish({late.take(0), done ? late.done(0, 0, 1) : late.data(0, 0, {10}), late.dies(0)}); });
    CHECK(has(text, "it is not tried again"));
    CHECK(late.workers->made() == 1);
  }
}

// ---- errors and stops

TEST_CASE("exchange: an error waits for its turn, and tells its batch and record") {
  for (const bool ordered : {true, false}) {
    trip t(2);
    t.what->ordered = ordered;
    t.submit({1, 2});
    t.submit({3, 4, 5});
    std::optional<leat::python_error> e;
    try {
      t.finish({t.take(0), t.take(1), t.data(1, 1, {30}),
                t.act(1,
                      [](auto& w) {
                        w.error(1, 1, raised("ValueError", "no"));
                        w.closed();
                      }),
                t.data(0, 0, {10, 20}), t.done(0, 0, 2)});
    } catch (const leat::python_error& thrown) {
      e = thrown;
    }
    REQUIRE(e);
    CHECK((e->type() == "ValueError" && e->python_message() == "no"));
    CHECK((e->where().batch == 1 && e->where().record == 3));  // 0, 1, 2, 3
    CHECK(t.got == (ordered ? longs{10, 20, 30} : longs{30}));
    t.x.reset();
    CHECK((t.stopped(0) && t.far(1).handed_back == 1));
  }
}

TEST_CASE("exchange: an error that belongs to no batch is thrown at once") {
  trip t(2);
  t.submit({1});
  t.submit({2});
  const std::string body = dict({{"kind", "start"}, {"type", "ModuleNotFoundError"}, {"message", "m"}, {"missing", "nump"}});
  const auto text = text_of_thrown<leat::start_failed>(
      [&] { t.finish({t.take(1), t.act(1, [&](auto& w) { w.error(wire::none, wire::none, body); })}); });
  CHECK(has(text, "the interpreter /usr/bin/fake lacks the package 'nump'"));
}

TEST_CASE("exchange: what breaks the rules is a protocol error that names it, and its worker is killed") {
  const struct {
    const char* says;
    void (*breaks)(fake::worker&);
  } all[] = {
      {"answered batch 7, which it was not sent", [](auto& w) { w.data(7, {1}); }},
      {"answered batch 1, which it was not sent", [](auto& w) { w.data(1, {1}); }},  // of another worker
      {"answered batch 1, which it was not sent", [](auto& w) { w.done(1, 1, 1); }},
      {"finished batch 0 out of turn", [](auto& w) { w.send(kind::done, 0, 2, "short"); }},
      {"batch 0: a worker announced 2 results and sent 1",
       [](auto& w) {
         w.data(0, {10});
         w.done(0, 2, 2);
       }},
      {"batch 0: a worker announced 0 results and sent 2",
       [](auto& w) {
         w.data(0, {10, 20});
         w.done(0, 2, 0);
       }},
      {"sent a frame of kind 1, which only goes to it", [](auto& w) { w.send(kind::open, 0, 0, {}); }},
      {"sent a frame of kind 4, which only goes to it", [](auto& w) { w.send(kind::cancel, 0, 0, {}); }},
      {"batch 0: a worker says that it is done with 3 elements of a batch that it was sent 2 of",
       [](auto& w) { w.done(0, 3, 0); }},
      {"handed back a batch of which it had sent results",
       [](auto& w) {
         w.data(0, {10});
         w.done(0, 0, 1);
       }},
      {"a frame of the reserved kind 16",
       [](auto& w) {
         char header[wire::header_size];
         wire::write_header(header, {kind::value, 1, 0, 0, 0, 0});
         w.raw({header, sizeof header});
       }},
  };
  for (auto const& one : all) {
    CAPTURE(one.says);
    trip t(2);
    t.submit({1, 2});
    t.submit({3});
    CHECK(has(text_of_thrown<leat::protocol_error>([&] { t.finish({t.take(0), t.act(0, one.breaks)}); }), one.says));
    t.x.reset();
    CHECK(t.far(0).killed);
    CHECK(t.stopped(1));
  }
}

TEST_CASE("exchange: who wants no more stops all workers; those that close in time serve others") {
  for (const bool cancels : {false, true}) {
    trip t(3);
    t.wanted = 2;
    for (const int i : {1, 2, 3}) t.submit({i, i, i});
    t.finish({t.take(0), t.take(1),
              t.act(1,
                    [](auto& w) {
                      w.data(1, {20});
                      w.closed();
                    }),
              t.data(0, 0, {10}),
              cancels ? trip::step([&] {
                t.x->cancel();
                return true;
              })
                      : t.data(0, 0, {10})});
    CHECK(t.got == (cancels ? longs{10} : longs{10, 10}));
    CHECK(!t.submit({4}));
    CHECK(!t.x->turn());
    CHECK((t.stopped(0) && t.far(0).killed && t.stopped(2) && t.far(2).killed));
    CHECK(t.far(1).handed_back == 1);
  }
}

TEST_CASE("exchange: a job that is stopped ends it") {
  trip t(1);
  std::atomic<bool> stop{false};
  t.run.stop = &stop;
  t.submit({1});
  stop = true;
  CHECK(has(text_of_thrown<leat::cancelled>([&] { t.x->finish(); }), "the job was stopped"));
}

TEST_CASE("exchange: a worker that is just starting has no end to wait for, and is looked at again") {
  trip t(1);
  t.run.stop = nullptr;
  t.workers->starting = true;
  t.submit({1});
  int looks = 0;
  t.finish({[&] { return ++looks == 3; }, t.serve(0)});
  CHECK(t.got == longs{10});
}

// ---- anything at all

/// Workers that answer in parts, hand back, and die, as it comes.
struct chaos {
  struct state {
    std::deque<work> queue{};
    std::size_t sent = 0;  // results of the first one
  };

  trip& t;
  std::mt19937& random;
  bool cuts;
  std::int64_t many;  // results of an element
  std::vector<state> states{};

  longs results_of(std::int64_t x) const {
    longs all;
    for (std::int64_t i = 0; i < x % 4 * many; ++i) all.push_back(4 * many * x + i);
    return all;
  }
  longs results_of(const longs& xs) const {
    longs all;
    for (const auto x : xs)
      for (const auto r : results_of(x)) all.push_back(r);
    return all;
  }
  std::size_t below(std::size_t n) { return random() % n; }

  void act(std::size_t i) {
    fake::worker& w = t.far(i);
    auto& [queue, sent] = states[i];
    if (queue.empty() || w.dead) return;
    const work& b = queue.front();
    const longs all = results_of(b.elements);
    const auto from = [&](std::size_t n) { return all.begin() + static_cast<std::ptrdiff_t>(n); };
    const std::size_t choice = below(20);
    if (choice == 0) return w.die(below(4) == 0);
    if (choice < 10 && sent < all.size()) {
      const std::size_t n = 1 + below(all.size() - sent);
      w.data(b.batch, longs(from(sent), from(sent + n)));
      sent += n;
      return;
    }
    std::size_t consumed = b.elements.size();
    if (choice < 15) {  // hands back, behind what it has begun
      std::size_t begun = 0, results = 0;
      while (results < sent) results += static_cast<std::size_t>(b.elements[begun++] % 4 * many);
      if (cuts)
        consumed = begun + below(consumed - begun + 1);
      else if (sent == 0)
        consumed = 0;
    }
    const std::size_t end =
        results_of(longs(b.elements.begin(), b.elements.begin() + static_cast<std::ptrdiff_t>(consumed))).size();
    if (end > sent) w.data(b.batch, longs(from(sent), from(end)));
    w.done(b.batch, consumed, end, 1000 * below(1000));
    sent = 0;
    queue.pop_front();
  }
  void operator()() {
    states.resize(t.workers->made());
    std::vector<std::size_t> busy;
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (t.far(i).dead) continue;
      while (auto b = t.far(i).batch()) states[i].queue.push_back(std::move(*b));
      if (!states[i].queue.empty()) busy.push_back(i);
    }
    if (many > 1)  // the exchange may not read some of them now
      for (const std::size_t i : busy) act(i);
    else if (!busy.empty())
      act(busy[below(busy.size())]);
  }
};

TEST_CASE("exchange: answers, deaths and what is handed back in any order: every result once, and in order") {
  const unsigned seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const int rounds = test::volume(300);
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    auto o = with_workers(1 + random() % 4);
    o.attempts = 1'000'000;
    const auto does = random() % 3 == 0 ? pd::kind::map_batches : pd::kind::flat_map;
    trip t(o, does);
    t.what->ordered = random() % 3 != 0;
    chaos workers{t, random, t.what->cuts(), round % 60 == 0 ? 6000 : 1};  // more than the exchange reads ahead
    t.workers->turn = std::ref(workers);
    longs all;
    const auto n = static_cast<std::int64_t>(random() % (workers.many > 1 ? 80 : 200));
    for (std::int64_t x = 0; x < n;) {
      longs batch;
      for (std::size_t left = 1 + random() % 12; left > 0 && x < n; --left) batch.push_back(x++);
      all.insert(all.end(), batch.begin(), batch.end());
      REQUIRE(t.submit(batch));
    }
    if (t.x) t.x->finish();
    t.workers->turn = nullptr;
    longs expected = workers.results_of(all);
    if (!t.what->ordered) {
      std::sort(t.got.begin(), t.got.end());
      std::sort(expected.begin(), expected.end());
    }
    REQUIRE((t.got == expected));
  }
}

}  // namespace
}  // namespace python_exchange_exchange
