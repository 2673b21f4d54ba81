// SPDX-License-Identifier: BSL-1.0
#include <leat/core/run_info.hpp>
#include <leat/python/environment/daemon_pool.hpp>
#include <leat/python/session/opening.hpp>
#include <leat/python/session/program.hpp>
#include <leat/python/session/session.hpp>
#include <leat/wire/pickle.hpp>

#include <poll.h>

#include "../support.hpp"

namespace python_session_with_a_worker {
namespace {

using namespace support;
namespace pd = leat::python_detail;
namespace wire = leat::wire;

/// Collects what a worker says in one session.
struct heard final : pd::session::listener {
  std::vector<long> results{};
  std::vector<wire::frame_kind> kinds{};
  bool throws = false;

  void frame(pd::session&, const wire::frame_header& h, std::string_view body) override {
    kinds.push_back(h.kind);
    if (h.kind == wire::frame_kind::data)
      leat::pickle::decode<long>(body, [&](long x) {
        results.push_back(x);
        return true;
      });
    if (throws) throw leat::usage_error("the listener throws");
  }
  std::size_t count(wire::frame_kind kind) const {
    return static_cast<std::size_t>(std::count(kinds.begin(), kinds.end(), kind));
  }
};

struct talk {
  std::shared_ptr<pd::pool> workers = std::make_shared<pd::daemon_pool>(quiet(1));
  pd::session::body_ptr open(const std::string& text, pd::kind kind = pd::kind::map) const {
    pd::program p;
    p.workers = workers;
    p.functions = {pd::make_function(kind, text, nullptr)};
    p.in_wire = p.out_wire = "pickle";
    p.in_type = p.out_type = "int";
    return std::make_shared<wire::buffer>(pd::open_body(p, leat::core::run_info{}));
  }
  static pd::session::body_ptr batch(const std::vector<int>& xs) {
    auto body = std::make_shared<wire::buffer>();
    leat::pickle::encoder<int> encoder;
    encoder.begin(*body);
    for (const int x : xs) encoder.put(*body, x);
    encoder.end(*body, xs.size());
    return body;
  }
  template <class F>
  static bool until(pd::session& s, heard& to, F done) {
    return eventually([&] {
      while (s.pump(to, true)) {
      }
      return done();
    });
  }
};

std::chrono::steady_clock::time_point soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

TEST_CASE("a conversation: open, data, end; then data, done, closed") {
  const talk t;
  heard got;
  pd::session s(t.workers, t.open("lambda x: x * 2"));
  s.data(0, 3, talk::batch({1, 2, 3}));
  s.data(1, 1, talk::batch({4}));
  s.end();
  CHECK(talk::until(s, got, [&] { return s.closed(); }));
  CHECK(got.results == std::vector<long>{2, 4, 6, 8});
  CHECK(got.count(wire::frame_kind::done) == 2);
  CHECK(!s.wants_write());
}

TEST_CASE("a worker is asked to hand back as soon as it is known") {
  const talk t;
  heard got;
  pd::session s(t.workers, t.open("lambda x: x"));
  s.data(0, 2, talk::batch({1, 2}));
  CHECK(talk::until(s, got, [&] { return got.count(wire::frame_kind::done) == 1; }));
  CHECK(eventually([&] { return s.recall(); }));
  s.end();
  CHECK(talk::until(s, got, [&] { return s.closed(); }));
  CHECK(got.results == std::vector<long>{1, 2});
}

TEST_CASE("a worker goes from session to session; one that is left closes behind") {
  const talk t;
  for (int i = 0; i < 50; ++i) {
    heard got;
    pd::session s(t.workers, t.open("lambda x: x * 2"));
    s.data(0, 1, talk::batch({i}));
    CHECK(talk::until(s, got, [&] { return got.count(wire::frame_kind::done) == 1; }));
    CHECK(got.results == std::vector<long>{2 * i});
    s.end();
    s.pump(got, false);
    if (!s.wants_write()) s.leave();
  }
  CHECK(t.workers->worker_pids().size() == 1);
}

TEST_CASE("a cancelled session is discarded up to its end, and the worker serves the next") {
  const talk t;
  pid_t pid = 0;
  for (int i = 0; i < std::max(3, test::volume(10)); ++i) {
    heard got;
    pd::session s(t.workers, t.open("lambda n: range(n)", pd::kind::flat_map));
    s.data(0, 1, talk::batch({100'000'000}));
    CHECK(talk::until(s, got, [&] { return !got.results.empty(); }));
    const std::size_t before = got.results.size();
    s.stop();
    s.drain(soon());
    CHECK(got.results.size() == before);
    const auto pids = t.workers->worker_pids();
    REQUIRE(pids.size() == 1);
    if (i > 0) CHECK(pids[0] == pid);
    pid = pids[0];
  }
}

TEST_CASE("a listener that throws leaves the session fit for a clean end, also where the last frame has arrived") {
  const talk t;
  pid_t pid = 0;
  for (int i = 0; i < 5; ++i) {
    heard got;
    got.throws = true;
    pd::session s(t.workers, t.open("lambda x: 1 // x"));
    s.data(0, 1, talk::batch({0}));
    CHECK(eventually([&] {
      try {
        s.pump(got, true);
      } catch (const leat::usage_error&) {
        return true;
      }
      return false;
    }));
    CHECK(got.kinds.at(0) == wire::frame_kind::error);
    s.stop();
    s.drain(soon());
    const auto pids = t.workers->worker_pids();
    REQUIRE(pids.size() == 1);
    if (i > 0) CHECK(pids[0] == pid);
    pid = pids[0];
  }
}

TEST_CASE("a session that does not end in time ends with its worker") {
  const talk t;
  const folder temp;
  heard got;
  pid_t pid = 0;
  {
    pd::session s(t.workers, t.open("lambda x: open('" + temp / "runs" + "', 'w').close() or __import__('time').sleep(1000)"));
    s.data(0, 1, talk::batch({1}));
    CHECK(talk::until(s, got, [&] { return temp.has("runs"); }));
    pid = t.workers->worker_pids().at(0);
    s.stop();
    s.drain(std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
  }
  CHECK(eventually([&] { return !alive(pid); }));
  CHECK(eventually([&] { return t.workers->worker_pids().empty(); }));
}

TEST_CASE("a worker's end is thrown after what it had still to say") {
  const talk t;
  heard got;
  pd::session s(t.workers, t.open("lambda x: x if x else __import__('os')._exit(5)"));
  s.data(0, 2, talk::batch({1, 2}));
  s.data(1, 1, talk::batch({0}));
  const auto e = thrown<leat::worker_exited>([&] { talk::until(s, got, [] { return false; }); });
  CHECK(e.code() == 5);
  CHECK(got.results == std::vector<long>{1, 2});
  CHECK(got.count(wire::frame_kind::done) == 1);
}

TEST_CASE("garbage from a worker is a protocol error and ends it") {
  const talk t;
  heard got;
  pid_t pid = 0;
  {
    // User code that finds the session's socket and writes to it.
    pd::session s(t.workers, t.open("lambda x: [__import__('os').write(fd, b'no frame' * 10) for fd in range(3, 64) "
                                    "if __import__('os').path.exists(f'/proc/self/fd/{fd}') and "
                                    "'socket' in __import__('os').readlink(f'/proc/self/fd/{fd}')] and 1"));
    s.data(0, 1, talk::batch({1}));
    CHECK(contains(thrown<leat::protocol_error>([&] { talk::until(s, got, [] { return false; }); }).what(), "magic"));
    pid = t.workers->worker_pids().at(0);
    s.stop();
    s.drain(soon());
  }
  CHECK(eventually([&] { return !alive(pid); }));
}

TEST_CASE("garbage to a worker ends it with code 70 and a line that says so") {
  const talk t;
  heard got;
  pd::session s(t.workers, t.open("lambda x: x"));
  s.data(0, 1, talk::batch({1}));
  CHECK(talk::until(s, got, [&] { return !got.results.empty(); }));
  const std::string nonsense(64, 'x');
  REQUIRE(::write(s.socket(), nonsense.data(), nonsense.size()) == 64);
  const auto e = thrown<leat::worker_exited>([&] { talk::until(s, got, [] { return false; }); });
  CHECK(e.code() == 70);
  CHECK(contains(e.stderr_tail(), "protocol error"));
}

}  // namespace
}  // namespace python_session_with_a_worker
