// SPDX-License-Identifier: BSL-1.0
#include <leat/python/call/dispatcher.hpp>
#include <leat/wire/buffer.hpp>

#include <random>
#include <thread>

#include "../../volume.hpp"
#include "../fake_pool.hpp"

namespace python_call_dispatcher {
namespace {

using namespace fake;

/// Calls of one number each.
class numbers final : public pd::request_queue {
 public:
  using request_queue::request_queue;
  std::size_t fit = ~std::size_t{0};  // records in a batch

  std::size_t encode(const requests& all, wire::buffer& out) override;
  void results(const requests& all, std::size_t at, std::string_view body, std::size_t count) override;
};

struct ask final : pd::request {
  const std::int64_t x;
  std::optional<std::int64_t> answer{};
  unsigned restarts = 0;
  std::function<void(ask&)> told{};

  ask(std::shared_ptr<pd::request_queue> of_them, std::int64_t value) : request(std::move(of_them)), x(value) {}
  std::optional<std::size_t> place(std::size_t) const override { return static_cast<std::size_t>(x); }
  void restart() override { ++restarts; }
  void complete() override {
    if (told) told(*this);
    delete this;
  }
  std::string text() const {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::exception& e) {
      return e.what();
    }
    return answer ? std::to_string(*answer) : "nothing";
  }
};

std::size_t numbers::encode(const requests& all, wire::buffer& out) {
  std::size_t n = 0, records = 0;
  for (; n < all.size() && records < fit; ++n) {
    auto& a = static_cast<ask&>(*all[n]);
    if (a.x < 0)
      a.error = std::make_exception_ptr(leat::conversion_error("int", "less", {}));
    else
      out.append(encoded({a.x})), ++records;
  }
  return n;
}
void numbers::results(const requests& all, std::size_t at, std::string_view body, std::size_t count) {
  const longs xs = decoded(body);
  CHECK(xs.size() == count);
  for (std::size_t i = 0; i < count; ++i)
    if (all[at + i] != nullptr) static_cast<ask*>(all[at + i])->answer = xs[i];
}

std::shared_ptr<numbers> queue_of(const std::shared_ptr<pd::pool>& workers, const std::string& text, bool isolate = true) {
  auto p = pd::make_program();
  p->workers = {std::shared_ptr<void>(), workers.get()};  // the pool ends before the queue
  p->functions = {pd::make_function(pd::kind::call, "lambda x: " + text, nullptr)};
  p->announce = true;
  p->isolate = isolate;
  auto q = std::make_shared<numbers>(p);
  q->bound(1024, {});
  return q;
}

using asks = std::vector<ask*>;

// ---- one session

struct serving {
  std::shared_ptr<fake::pool> workers;
  std::shared_ptr<numbers> q;
  pd::call_session s;
  std::deque<ask> all{};

  explicit serving(leat::python_options o = with_workers(1), bool isolate = true)
      : workers(std::make_shared<fake::pool>(std::move(o))), q(queue_of(workers, "f", isolate)), s(workers) {}
  ~serving() { s.fail(std::make_exception_ptr(leat::cancelled("the test ends"))); }
  fake::worker& far(std::size_t i = 0) { return workers->at(i); }

  ask& one(std::int64_t x) { return all.emplace_back(q, x); }
  void send(std::initializer_list<std::int64_t> xs) {
    pd::request_queue::requests batch;
    for (const auto x : xs) batch.push_back(&one(x));
    s.send(batch);
  }
  static longs taken(std::vector<pd::request*>& from) {
    longs xs;
    for (pd::request* const o : std::exchange(from, {})) xs.push_back(static_cast<ask*>(o)->x);
    return xs;
  }
  longs ended() { return taken(s.ended); }
  longs again() { return taken(s.again); }
  /// The worker has loaded the function and taken the first batch.
  void begin(std::initializer_list<std::int64_t> xs) {
    send(xs);
    far().expect(kind::open);
    CHECK(far().expect(kind::data).count == xs.size());
    far().done(wire::none, 0, 0);
    s.turn();
  }
};

TEST_CASE("call session: requests of one batch are answered together, and the worker stays") {
  serving t;
  t.begin({1, 2, 3});
  t.far().data(0, {10, 20});
  t.s.turn();
  CHECK((t.ended().empty() && t.s.busy()));
  t.far().data(0, {30});
  t.far().done(0, 3, 3);
  t.s.turn();
  CHECK(t.ended() == longs{1, 2, 3});
  CHECK((!t.s.busy() && t.s.open()));
  for (auto const& a : t.all) CHECK(a.answer == 10 * a.x);

  t.send({4});  // the session is open already
  const auto data = t.far().expect(kind::data);
  CHECK((data.batch == 1 && data.session == 1));
  t.far().answer(1, {40});
  t.s.turn();
  CHECK(t.all.back().answer == 40);

  const auto other = queue_of(t.workers, "g");
  ask a(other, 5);
  t.s.send({&a});
  CHECK(t.far().kinds() == std::vector<kind>{kind::end, kind::open, kind::data});
  CHECK((t.s.of() == other.get() && t.workers->made() == 1));
  t.far().answer(0, {50});
  t.s.turn();
  CHECK(a.answer == 50);
  t.s.close();
  CHECK((!t.s.open() && t.far().handed_back == 2));
}

TEST_CASE("call session: what does not fit goes next, and what cannot be written fails alone") {
  serving t;
  t.q->fit = 2;
  t.send({1, -2, 3, 4, 5});
  CHECK((t.ended() == longs{-2} && t.again() == longs{4, 5} && has(t.all[1].text(), "expected int")));
  t.far().expect(kind::open);
  CHECK(t.far().expect(kind::data).values() == longs{1, 3});
  t.far().answer(0, {10, 30});
  t.s.turn();
  CHECK((t.ended() == longs{1, 3} && t.all[0].answer == 10 && t.all[2].answer == 30));
  t.send({-1});  // nothing is left of it
  CHECK((t.ended() == longs{-1} && !t.s.busy() && !t.far().take()));
}

TEST_CASE("call session: where records are isolated an error is the one record's; else it ends the session") {
  serving t;
  t.begin({1, 2, 3});
  t.far().data(0, {10});
  t.far().error(0, 1, raised("ValueError", "two"));
  t.far().data(0, {30});
  t.far().done(0, 3, 2);
  t.s.turn();
  CHECK(t.ended() == longs{1, 2, 3});
  CHECK((t.all[0].text() == "10" && t.all[2].text() == "30"));
  CHECK((has(t.all[1].text(), "ValueError: two") && has(t.all[1].text(), "record 2")));
  CHECK(t.s.open());

  for (const bool known : {true, false}) {  // which batch it was
    serving u(with_workers(1), false);
    u.q->ahead = 2;
    u.begin({1, 2});
    CHECK(u.s.has_room());
    u.send({3});
    CHECK(!u.s.has_room());
    u.far().error(known ? 0 : wire::none, known ? 1 : wire::none, raised("ValueError", "two"));
    u.s.turn();
    CHECK(u.ended() == (known ? longs{1, 2} : longs{1, 2, 3}));
    CHECK(u.again() == (known ? longs{3} : longs{}));
    for (std::size_t i = 0; i < (known ? 2u : 3u); ++i) CHECK(has(u.all[i].text(), "ValueError: two"));
    u.far().data(1, {30});  // nobody listens
    u.far().closed();
    u.s.turn();
    CHECK((!u.s.open() && u.far().handed_back == 1));
    if (known) CHECK(u.all[2].text() == "nothing");
  }
}

TEST_CASE("call session: what breaks the rules fails the calls under way, and the worker is killed") {
  const struct {
    const char* says;
    void (*breaks)(fake::worker&);
  } all[] = {
      {"answered batch 5, which is not its turn", [](auto& w) { w.data(5, {1}); }},
      {"answered batch 5, which is not its turn", [](auto& w) { w.done(5, 1, 1); }},
      {"sent more results than it was sent records", [](auto& w) { w.data(0, {1, 2, 3, 4}); }},
      {"finished a batch of 3 calls with 1 answers",
       [](auto& w) {
         w.data(0, {1});
         w.done(0, 3, 3);
       }},
      {"finished a batch of 3 calls with 3 answers",
       [](auto& w) {
         w.data(0, {1, 2, 3});
         w.send(kind::done, 0, 3, "short");
       }},
      {"done with 4 elements of a batch that it was sent 3 of",
       [](auto& w) {
         w.data(0, {1, 2, 3});
         w.done(0, 4, 3);
       }},
      {"reported an error out of turn", [](auto& w) { w.error(0, 1, raised("ValueError", "")); }},
      {"reported an error out of turn", [](auto& w) { w.error(1, 0, raised("ValueError", "")); }},
      {"reported an error out of turn",
       [](auto& w) {
         w.data(0, {1, 2, 3});
         w.error(0, 3, raised("ValueError", ""));
       }},
      {"closed a session whose calls it had not answered", [](auto& w) { w.closed(); }},
      {"the magic", [](auto& w) { w.raw(std::string(40, 'x')); }},
  };
  for (auto const& one : all) {
    CAPTURE(one.says);
    serving t;
    t.begin({1, 2, 3});
    one.breaks(t.far());
    t.s.turn();
    CHECK(t.ended() == longs{1, 2, 3});
    for (auto const& a : t.all) CHECK(has(a.text(), one.says));
    CHECK((!t.s.open() && !t.s.busy() && t.far().killed));
  }
}

TEST_CASE("call session: after a death those that were begun are tried again alone, others as they are, until it gives up") {
  for (const bool leaves_child : {false, true}) {
    auto o = with_workers(1);
    o.attempts = 2;
    serving t(o);
    t.q->ahead = 2;
    t.begin({1, 2, 3});
    t.send({4});
    t.far().data(0, {10});
    t.far().die(leaves_child);
    t.s.turn();
    t.s.turn();
    CHECK(t.ended() == longs{1});  // it has its answer
    CHECK(t.again() == longs{2, 3, 4});
    CHECK((t.all[1].alone && t.all[2].alone && !t.all[3].alone));
    CHECK((t.all[1].deaths == 1 && t.all[3].deaths == 0 && t.all[1].restarts == 1));
    CHECK((!t.s.open() && t.far(0).killed));

    t.s.send({&t.all[1]});
    t.far(1).expect(kind::open);
    t.far(1).die();
    t.s.turn();
    CHECK((t.ended() == longs{2} && t.again().empty()));
    CHECK(has(t.all[1].text(), "worker 1 was killed"));
    CHECK(has(t.all[1].text(), "gave up after 2 attempts"));
  }
}

TEST_CASE("call session: a worker that ended between calls costs no attempt") {
  serving t;
  t.begin({1});
  t.far().answer(0, {10});
  t.s.turn();
  t.far().die();
  t.send({2});
  CHECK(t.workers->made() == 2);
  t.far(1).expect(kind::open);
  t.far(1).answer(0, {20});
  t.s.turn();
  CHECK((t.all[1].answer == 20 && t.all[1].deaths == 0));
}

TEST_CASE("call session: a call that is not answered in time fails, and takes the worker along unless that still loads") {
  const auto late = [](ask& a) {
    a.limit(std::chrono::milliseconds(5), clock::now() - std::chrono::hours(1));
    return &a;
  };
  serving t;
  t.begin({1});
  t.far().answer(0, {10});
  t.s.turn();
  t.ended();
  t.s.send({&t.one(2), late(t.one(3))});
  CHECK(t.s.due() <= clock::now());
  t.s.turn();
  CHECK(t.ended() == longs{3});
  CHECK(t.again() == longs{2});
  CHECK(has(t.all[2].text(), "worker 0 has not answered within 5 ms"));
  CHECK(t.far().killed);

  serving u;
  u.s.send({&u.one(1), late(u.one(2)), &u.one(3)});
  u.far().expect(kind::open);
  u.s.turn();
  CHECK(u.ended() == longs{2});
  CHECK(has(u.all[1].text(), "no answer within 5 ms: its worker is still loading the function, and goes on with that"));
  u.far().done(wire::none, 0, 0);
  u.far().answer(0, {10, 20, 30});
  u.s.turn();
  CHECK(u.ended() == longs{1, 3});
  CHECK((u.all[0].answer == 10 && !u.all[1].answer && u.all[2].answer == 30));
  ask other(queue_of(u.workers, "g"), 4);  // which is not loaded because the first one was
  u.s.send({late(other)});
  u.s.turn();
  CHECK(has(other.text(), "still loading the function"));

  auto o = with_workers(1);
  o.start_timeout = std::chrono::milliseconds(0);
  serving v(o);  // nobody waits for what it does any more
  v.s.send({late(v.one(1))});
  v.s.turn();
  CHECK(v.ended() == longs{1});
  v.s.turn();
  CHECK((!v.s.busy() && v.far().killed));
}

TEST_CASE("call session: after a thousand batches the pool may recycle the worker, where it would") {
  for (const std::size_t sessions : {0u, 50u}) {
    auto o = with_workers(1);
    o.recycle_sessions = sessions;
    serving t(o);
    t.begin({0});
    std::uint64_t number_of = 0;
    for (std::int64_t i = 1; i <= 1000; ++i) {
      t.far().answer(number_of++, {1});
      t.s.turn();
      t.send({i});
      if (t.far().session == 2) break;
      while (t.far().take()) {
      }
    }
    CHECK(t.far().session == (sessions != 0 ? 2u : 1u));
  }
}

TEST_CASE("call session: when all ends it stops a busy worker, and tells whose call is under way") {
  serving t;
  t.begin({1, 2});
  CHECK((t.s.holds(t.all[1]) && t.s.someone() == nullptr));
  t.all[1].owner = leat::python_detail::thread_waker::mine();
  CHECK(t.s.someone() == &t.all[1]);
  t.s.stop();
  CHECK(t.far().expect(kind::cancel).session == 1);
  t.s.fail(std::make_exception_ptr(leat::cancelled("over")));
  CHECK((t.ended() == longs{1, 2} && has(t.all[0].text(), "over") && t.all[0].error != t.all[1].error));
  CHECK(!t.s.holds(t.all[1]));
  t.far().closed();
  t.s.drain(clock::now() + patience);
  CHECK((!t.s.open() && t.far().handed_back == 1));
}

// ---- the dispatcher

/// Threads that call, and workers that the test plays.
struct office {
  std::shared_ptr<fake::pool> workers;
  pd::call_dispatcher* d;
  std::map<std::string, std::shared_ptr<numbers>> queues{};
  std::deque<ask> all{};
  std::vector<std::thread> callers{};

  explicit office(leat::python_options o)
      : workers(std::make_shared<fake::pool>(std::move(o))), d(&pd::call_dispatcher::of(*workers)) {}
  explicit office(std::size_t n) : office(with_workers(n)) {}
  office(const office&) = delete;
  ~office() { join(); }

  void join() {
    for (auto& c : callers) c.join();
    callers.clear();
  }
  void join_last() {
    callers.back().join();
    callers.pop_back();
  }
  fake::worker& far(std::size_t i) { return workers->at(i); }
  numbers& queue(const std::string& f) {
    auto& q = queues[f];
    if (!q) q = queue_of(workers, f);
    return *q;
  }
  /// A thread calls; it is under way or waits when this returns.
  ask& call(const std::string& f, std::int64_t x, std::chrono::nanoseconds allowed = patience, bool alone = false) {
    numbers& q = queue(f);
    ask& a = all.emplace_back(queues[f], x);
    a.limit(allowed);
    a.alone = alone;
    const std::size_t before = q.open_calls;
    const auto over = std::make_shared<std::atomic<bool>>(false);
    callers.emplace_back([this, &a, over] {
      d->call(a);
      *over = true;
    });
    while (q.open_calls == before && !*over) std::this_thread::yield();
    return a;
  }
  /// Worker `i` opens a session and says that the function is loaded.
  void open(std::size_t i) {
    far(i).expect(kind::open);
    far(i).done(wire::none, 0, 0);
  }
  /// Its next batch.
  longs batch(std::size_t i) {
    auto m = far(i).expect(kind::data);
    last_[i] = m.batch;
    return m.values();
  }
  void answer(std::size_t i, const longs& xs) {
    longs results;
    for (const auto x : xs) results.push_back(10 * x);
    far(i).data(last_[i], results);
    far(i).done(last_[i], xs.size(), xs.size(), 1000);
  }
  void serve(std::size_t i) { answer(i, batch(i)); }

  /// The first worker has the call f(1).
  void begin() {
    call("f", 1);
    open(0);
    CHECK(batch(0) == longs{1});
  }
  /// Worker `i` opens another session for another function.
  void change(std::size_t i) {
    far(i).expect(kind::end);
    open(i);
  }
  void all_answered() {
    join();
    for (auto const& a : all) CHECK(a.answer == 10 * a.x);
  }

 private:
  std::map<std::size_t, std::uint64_t> last_{};  // batch, by worker
};

TEST_CASE("dispatcher: one call after the other in one thread, one worker, one session") {
  office o(3);
  for (int i = 0; i < 3; ++i) {
    ask& a = o.call("f", i);
    if (i == 0) o.open(0);
    CHECK(o.batch(0) == longs{i});
    o.answer(0, {i});
    o.join();
    CHECK(a.answer == 10 * i);
  }
  CHECK((o.workers->made() == 1 && o.queue("f").open_calls == 0));
}

TEST_CASE("dispatcher: calls take free workers, then wait, and go in one batch to the first that is done") {
  office o(2);
  o.begin();
  o.call("f", 2);
  o.open(1);
  CHECK(o.batch(1) == longs{2});
  for (const int x : {3, 4, 5}) o.call("f", x);
  CHECK(o.workers->made() == 2);
  o.answer(1, {2});
  const longs together = o.batch(1);
  CHECK(together == longs{3, 4, 5});
  o.answer(1, together);
  o.answer(0, {1});
  o.all_answered();
}

TEST_CASE("dispatcher: with a delay the calls go when there are as many as may go together") {
  office o(2);
  o.queue("f").delay = std::chrono::hours(1);
  o.queue("f").most = 3;
  o.call("f", 1);
  o.call("f", 2);
  CHECK(o.workers->made() == 0);
  o.call("f", 3);
  o.open(0);
  o.serve(0);
  o.all_answered();
}

TEST_CASE("dispatcher: a call that no worker takes in time is withdrawn") {
  office o(1);
  o.begin();
  ask& late = o.call("f", 2, std::chrono::milliseconds(1));
  o.join_last();
  CHECK(has(late.text(), "no worker was free within 1 ms: calls may use 1 (python_options.workers)"));
  o.answer(0, {1});
  o.join();
  CHECK((o.all[0].answer == 10 && o.queue("f").open_calls == 0 && o.queue("f").waiting == 0));
}

TEST_CASE("dispatcher: after a death each call of its batch goes alone; who kills again gives up, the others are answered") {
  auto opts = with_workers(1);
  opts.attempts = 2;
  office o(opts);
  o.begin();
  for (const int x : {2, 3, 4}) o.call("f", x);
  o.answer(0, {1});
  CHECK(o.batch(0).size() == 3);
  o.far(0).die();
  o.open(1);
  CHECK(o.batch(1) == longs{2});
  o.far(1).die();
  o.open(2);
  for (const int x : {3, 4}) {
    CHECK(o.batch(2) == longs{x});
    o.answer(2, {x});
  }
  o.join();
  CHECK(has(o.all[1].text(), "gave up after 2 attempts"));
  CHECK((o.all[0].answer == 10 && o.all[2].answer == 30 && o.all[3].answer == 40));
}

TEST_CASE("dispatcher: a session stays open for its function; for another one the longest idle gives its worker") {
  office o(2);
  const auto once = [&](const char* f, std::size_t i, std::vector<kind> before) {
    ask& a = o.call(f, 7);
    for (const kind k : before) o.far(i).expect(k);
    o.serve(i);
    o.join_last();
    CHECK(a.answer == 70);
  };
  // Both are in use at once: a free one would be asked first.
  o.call("f", 1);
  o.open(0);
  const longs f = o.batch(0);
  once("g", 1, {kind::open});
  o.answer(0, f);
  o.join();
  once("f", 0, {});
  once("g", 1, {});
  once("f", 0, {});
  once("h", 1, {kind::end, kind::open});  // g's
  once("f", 0, {});
  once("g", 1, {kind::end, kind::open});  // h's
  CHECK(o.workers->made() == 2);

  const auto w = o.workers->acquire(true);  // somebody else needs one
  CHECK(w->number == 0);
  CHECK(o.far(0).expect(kind::end).session == 1);
  once("g", 1, {});
  o.workers->release(w, true);
}

TEST_CASE("dispatcher: a session that nobody calls for a while gives its worker back, before the pool would end that") {
  auto opts = with_workers(2);
  opts.idle_timeout = std::chrono::milliseconds(1);
  office o(opts);
  for (unsigned i = 1; i <= 2; ++i) {
    o.call("f", 1);
    o.open(0);
    o.serve(0);
    o.all_answered();
    o.far(0).expect(kind::end);
    const auto until = clock::now() + patience;
    while (o.far(0).handed_back != i && clock::now() < until) std::this_thread::yield();
    CHECK((o.far(0).handed_back == i && o.far(0).session == i));
  }
}

TEST_CASE("dispatcher: a call of another function waits for its turn, and none is passed over") {
  office o(1);
  o.call("f", 1);
  o.open(0);
  const longs first = o.batch(0);
  o.call("g", 2);
  o.call("f", 3);
  o.call("g", 4);
  o.answer(0, first);
  o.change(0);
  CHECK(o.batch(0) == longs{2});  // nothing is known of g yet, so it goes alone
  o.answer(0, {2});
  o.change(0);
  CHECK(o.batch(0) == longs{3});
  o.answer(0, {3});
  o.change(0);
  o.serve(0);
  o.all_answered();
}

TEST_CASE("dispatcher: what goes alone takes no other along, and joins none") {
  office o(1);
  o.begin();
  for (const int x : {2, 3, 4, 5}) o.call("f", x, patience, x % 2 != 0);
  o.answer(0, {1});
  for (const longs& xs : {longs{2, 4}, longs{3}, longs{5}}) {
    CHECK(o.batch(0) == xs);
    o.answer(0, xs);
  }
  o.join();
}

TEST_CASE("dispatcher: a session that is busy with one function gets no call of another") {
  office o(1);
  o.queue("f").ahead = 2;
  o.call("h", 1);
  o.open(0);
  CHECK(o.batch(0) == longs{1});
  for (const int x : {2, 3}) o.call("f", x);
  o.call("g", 4);
  o.answer(0, {1});
  o.change(0);
  CHECK(o.batch(0) == longs{2});
  CHECK(o.batch(0) == longs{3});
  o.far(0).data(0, {20});
  o.far(0).done(0, 1, 1);
  o.callers[1].join();
  o.callers.erase(o.callers.begin() + 1);
  CHECK(!o.far(0).take());
  o.answer(0, {3});
  o.change(0);
  o.serve(0);
  o.all_answered();
}

/// What is told of posted calls, from any thread.
struct told {
  std::mutex mutex{};
  std::condition_variable changed{};
  std::map<std::int64_t, std::string> texts{};

  std::unique_ptr<ask> make(std::shared_ptr<pd::request_queue> q, std::int64_t x) {
    auto a = std::make_unique<ask>(std::move(q), x);
    a->told = [this](ask& one) {
      const std::lock_guard held(mutex);
      texts[one.x] = one.text();
      changed.notify_all();
    };
    return a;
  }
  bool wait(std::size_t n) {
    std::unique_lock held(mutex);
    return changed.wait_for(held, patience, [&] { return texts.size() >= n; });
  }
};

TEST_CASE("dispatcher: calls that no thread waits for are served all the same, beside those that one waits for") {
  told got;
  office o(1);
  o.queue("f");
  for (const int x : {1, 2, 3}) o.d->post(got.make(o.queues["f"], x));
  o.open(0);
  o.serve(0);
  const longs rest = o.batch(0);
  CHECK(rest == longs{2, 3});
  ask& a = o.call("f", 4);
  o.answer(0, rest);
  o.serve(0);
  o.join();
  CHECK((a.answer == 40 && got.wait(3)));
  CHECK(got.texts == std::map<std::int64_t, std::string>{{1, "10"}, {2, "20"}, {3, "30"}});
}

TEST_CASE("dispatcher: a posted call ends at its deadline, whether a worker has it or not") {
  told got;
  office o(1);
  o.queue("f");
  o.d->post(got.make(o.queues["f"], 1));
  o.open(0);
  CHECK(o.batch(0) == longs{1});
  auto late = got.make(o.queues["f"], 2);
  late->limit(std::chrono::milliseconds(1));
  o.d->post(std::move(late));
  REQUIRE(got.wait(1));
  CHECK(has(got.texts[2], "no worker was free within 1 ms"));
  o.answer(0, {1});
  REQUIRE(got.wait(2));
  late = got.make(o.queues["f"], 3);
  late->limit(std::chrono::milliseconds(1));
  o.d->post(std::move(late));
  REQUIRE(got.wait(3));
  CHECK(has(got.texts[3], "worker 0 has not answered within 1 ms"));
}

TEST_CASE("dispatcher: its end stops what is under way and cancels what waits") {
  told got;
  office o(1);
  o.queue("f");
  for (const int x : {1, 2}) o.d->post(got.make(o.queues["f"], x));
  o.open(0);
  CHECK(o.batch(0) == longs{1});
  fake::worker& w = o.far(0);
  fake::pool* const workers = o.workers.get();
  std::thread ends([&] { workers->end(); });
  w.expect(kind::cancel);
  w.closed();
  ends.join();
  CHECK(got.texts.size() == 2);
  for (auto const& [x, text] : got.texts) CHECK(has(text, "the Python environment ended before this call was answered"));
  CHECK(w.handed_back == 1);
}

TEST_CASE("dispatcher: many threads, functions and deaths: every call has its own answer") {
  const unsigned seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int round = 0; round < std::max(2, test::volume(20)); ++round) {
    CAPTURE(round);
    auto opts = with_workers(1 + below(3));
    opts.attempts = 1'000'000;
    office o(opts);
    const std::vector<std::string> functions{"f", "g", "h"};
    for (auto const& f : functions) o.queue(f);
    const std::size_t threads = 4, each = 25;
    std::atomic<std::size_t> left{threads}, wrong{0};
    for (std::size_t t = 0; t < threads; ++t)
      o.callers.emplace_back([&, own = std::mt19937(seed + static_cast<unsigned>(t))]() mutable {
        for (std::size_t i = 0; i < each; ++i) {
          const auto x = static_cast<std::int64_t>(own() % 1000);
          ask a(o.queues.at(functions[own() % 3]), x);
          if (own() % 2 == 0) a.limit(patience);
          o.d->call(a);
          if (a.text() != std::to_string(10 * x) && !(x % 7 == 0 && has(a.text(), "ValueError: " + std::to_string(x)))) ++wrong;
        }
        --left;
      });
    const auto until = clock::now() + patience;
    std::vector<std::deque<work>> queues;
    while (left > 0 && clock::now() < until) {
      std::vector<pollfd> set;
      bool busy = false;
      queues.resize(o.workers->made());
      for (std::size_t i = 0; i < queues.size(); ++i) {
        fake::worker& w = o.far(i);
        if (w.dead) continue;
        while (auto b = w.batch()) queues[i].push_back(std::move(*b));
        set.push_back({w.descriptor(), POLLIN, 0});
        if (queues[i].empty()) continue;
        busy = true;
        if (below(15) == 0) {
          w.die(below(4) == 0);
          continue;
        }
        const work b = queues[i].front();
        queues[i].pop_front();
        for (std::size_t n = 0; n < b.elements.size(); ++n) {
          const auto x = b.elements[n];
          if (x % 7 == 0)
            w.error(b.batch, n, raised("ValueError", std::to_string(x)));
          else
            w.data(b.batch, {10 * x});
        }
        w.done(b.batch, b.elements.size(), b.elements.size(), 1000 * below(1000));
      }
      if (!busy) ::poll(set.data(), set.size(), 1);
    }
    REQUIRE(left == 0);
    CHECK(wrong == 0);
    o.join();
  }
}

}  // namespace
}  // namespace python_call_dispatcher
