// SPDX-License-Identifier: BSL-1.0
#include <leat/python/session/opening.hpp>
#include <leat/python/session/session.hpp>
#include <leat/wire/buffer.hpp>

#include <sys/mman.h>

#include "../fake_pool.hpp"

namespace python_session_session {
namespace {

using namespace fake;

using bodies = std::vector<std::string>;

pd::session::body_ptr body_of(std::string_view text) {
  auto b = std::make_shared<wire::buffer>();
  b->append(text);
  return b;
}

struct heard final : pd::session::listener {
  std::vector<kind> kinds{};
  bodies said{};
  bool keeps = false;
  std::deque<pd::session::loan> kept{};
  std::function<void(const wire::frame_header&)> also{};

  void frame(pd::session& from, const wire::frame_header& h, std::string_view body) override {
    kinds.push_back(h.kind);
    said.emplace_back(body);
    if (keeps) kept.push_back(from.keep());
    if (also) also(h);
  }
};

/// One session over a fake worker.
struct talk {
  std::shared_ptr<fake::pool> workers = std::make_shared<fake::pool>();
  heard got{};

  std::unique_ptr<pd::session> open(const std::vector<pd::shared_value_ptr>& values = {}) {
    return std::make_unique<pd::session>(workers, body_of("open"), values);
  }
  void pump(pd::session& s, bool read = true) {
    while (s.pump(got, read)) {
    }
  }
  /// What the worker gets, which reads while the session writes.
  std::vector<message> all_sent(pd::session& s) {
    std::vector<message> all;
    do {
      pump(s, false);
      while (auto m = far().take()) all.push_back(std::move(*m));
    } while (s.wants_write());
    while (auto m = far().take()) all.push_back(std::move(*m));
    return all;
  }
  fake::worker& far(std::size_t i = 0) { return workers->at(i); }
};

TEST_CASE("a session: its frames go out in order, the worker's come to the listener, and its end hands the worker back") {
  talk t;
  auto s = t.open();
  s->data(0, 2, body_of("zero"));
  s->part(1, 3, 4, body_of("one"));
  s->end();
  CHECK(s->wants_write());
  t.pump(*s);
  CHECK(!s->wants_write());
  CHECK(t.far().expect(kind::open).body == "open");
  const auto first = t.far().expect(kind::data);
  CHECK((first.session == 1 && first.batch == 0 && first.count == 2 && first.body == "zero"));
  const auto skip = t.far().expect(kind::skip);
  CHECK((skip.batch == 1 && skip.count == 3 && skip.body.empty()));
  CHECK(t.far().expect(kind::data).count == 4);
  CHECK(t.far().expect(kind::end).batch == wire::none);

  t.far().answer(0, {7});
  t.far().closed();
  t.pump(*s);
  CHECK(t.got.kinds == std::vector<kind>{kind::data, kind::done});  // `closed` without a body tells nothing
  CHECK(t.got.said[0] == encoded({7}));
  CHECK(s->closed());
  s.reset();
  CHECK((t.far().handed_back == 1 && !t.far().killed));
}

TEST_CASE("a session: frames of others are dropped, also one that is cut where the session changes") {
  talk t;
  auto s = t.open();
  t.pump(*s, false);
  t.far().expect(kind::open);
  s->end();
  t.pump(*s, false);
  s->leave();  // its last frames are still to come
  CHECK(t.far().handed_back == 1);
  t.far().answer(0, {1, 2, 3});
  char header[wire::header_size];
  wire::write_header(header, {kind::closed, 1, wire::none, 0, 0, 0});
  t.far().raw({header, 10});

  s = t.open();
  t.pump(*s);
  CHECK(t.got.kinds.empty());
  t.far().raw({header + 10, sizeof header - 10});
  t.far().next();  // end
  CHECK(t.far().expect(kind::open).session == 2);
  t.far().data(5, {9});
  t.far().closed("updates");
  t.pump(*s);
  CHECK(t.got.said == bodies{encoded({9}), "updates"});
  CHECK((s->closed() && t.workers->made() == 1));
}

TEST_CASE("a session: cancel takes back what is unsent, finishes a frame that is begun, and hears nothing more") {
  talk t;
  t.workers->send_buffer = 4096;
  auto s = t.open();
  const std::string large(1'000'000, 'x');
  s->data(0, 1, body_of(large));
  s->data(1, 1, body_of("gone"));
  t.pump(*s, false);
  CHECK(s->wants_write());  // the socket is full
  s->data(2, 1, body_of("gone, too"));
  s->cancel();
  s->cancel();
  const auto came = t.all_sent(*s);
  REQUIRE(came.size() == 3);
  CHECK((came[0].what == kind::open && came[1].body == large && came[2].what == kind::cancel));
  CHECK((!s->wants_write() && !t.far().take()));
  t.far().data(0, {1});
  t.far().error(0, 0, raised("ValueError", ""));
  t.far().closed();
  s->drain(clock::now() + patience);
  CHECK(t.got.kinds.empty());
  CHECK(t.far().handed_back == 1);
}

TEST_CASE("a session: whom nobody knows yet is not asked to hand back; then it is") {
  talk t;
  auto s = t.open();
  t.far().unknown = true;
  CHECK_FALSE(s->recall());
  CHECK(t.far().recalled == 0);
  t.far().unknown = false;
  CHECK(s->recall());
  CHECK(t.far().recalled == 1);
}

TEST_CASE("a session: a frame arrives whole however the socket cuts it, and a descriptor goes with its own") {
  talk t;
  t.workers->send_buffer = 4096;
  const std::string content(100'000, 'v');
  const auto value = std::make_shared<pd::shared_value>("text", content);
  auto s = t.open({value});
  std::string expected;
  for (std::size_t i = 0; i < 40; ++i) {
    s->data(i, i, body_of(std::string(i * 700, static_cast<char>('a' + i % 26))));
    expected += std::string(i * 700, static_cast<char>('a' + i % 26));
  }
  std::string came;
  std::size_t batches = 0;
  for (auto const& m : t.all_sent(*s)) {
    if (m.what == kind::value) CHECK(m.fd);
    if (m.what != kind::data) continue;
    CHECK((m.batch == batches && m.count == batches));
    ++batches;
    came += m.body;
  }
  CHECK((batches == 40 && came == expected));
}

// ---- how it ends

TEST_CASE("a session: who gives the worker back, and who has it killed") {
  struct ending {
    const char* what;
    bool reusable, forked;
    void (*happens)(talk&, pd::session&);
  };
  static const ending all[] = {
      {"closed", true, false,
       [](talk& t, pd::session& s) {
         t.far().closed();
         t.pump(s);
       }},
      {"neither closed nor drained", false, false, [](talk&, pd::session&) {}},
      {"closed before all was written", false, false,
       [](talk& t, pd::session& s) {
         t.far().closed();
         t.pump(s);
         s.data(0, 1, body_of("late"));
       }},
      {"left", true, false, [](talk&, pd::session& s) { s.leave(); }},
      {"drained, and it closes", true, false,
       [](talk& t, pd::session& s) {
         s.stop();
         t.far().closed();
         s.drain(clock::now() + patience);
       }},
      {"drained, and it does not close", false, false,
       [](talk&, pd::session& s) {
         s.stop();
         s.drain(clock::now() + std::chrono::milliseconds(1));
       }},
      {"drained, and it ends", false, false,
       [](talk& t, pd::session& s) {
         s.stop();
         t.far().die();
         s.drain(clock::now() + patience);
       }},
      {"distrusted", false, false,
       [](talk& t, pd::session& s) {
         t.far().closed();
         t.pump(s);
         s.distrust();
       }},
      {"what is no frame", false, false,
       [](talk& t, pd::session& s) {
         t.far().raw(std::string(64, 'x'));
         CHECK(has(text_of_thrown<leat::protocol_error>([&] { t.pump(s); }), "magic"));
         CHECK(s.broken());
         s.stop();
         s.drain(clock::now() + patience);
       }},
      {"a frame that the listener refuses", false, false,
       [](talk& t, pd::session& s) {
         t.got.also = [](auto&) { throw leat::protocol_error("refused"); };
         t.far().data(0, {1});
         CHECK(has(text_of_thrown<leat::protocol_error>([&] { t.pump(s); }), "refused"));
         CHECK(!s.broken());
         s.stop();
         t.far().closed();
         s.drain(clock::now() + patience);
       }},
      {"a listener that throws, the last frame behind", true, false,
       [](talk& t, pd::session& s) {
         t.got.also = [](auto&) { throw leat::usage_error("throws"); };
         t.far().data(0, {1});
         t.far().closed();
         text_of_thrown<leat::usage_error>([&] { t.pump(s); });
         s.stop();
         s.drain(clock::now() + patience);
       }},
      {"a function has forked", true, true,
       [](talk& t, pd::session& s) {
         t.far().send(kind::data, 0, 0, {}, wire::forked);
         t.far().closed();
         t.pump(s);
       }},
  };
  for (auto const& one : all) {
    CAPTURE(one.what);
    talk t;
    auto s = t.open();
    t.pump(*s, false);
    t.far().expect(kind::open);
    one.happens(t, *s);
    s.reset();
    CHECK(t.far().handed_back == (one.reusable ? 1u : 0u));
    CHECK(t.far().killed == !one.reusable);
    CHECK(t.far().forked == one.forked);
  }
}

TEST_CASE("a session: a worker's end is thrown after what it had still to say, unless nobody wants to hear that") {
  for (const bool cancelled : {false, true}) {
    talk t;
    auto s = t.open();
    t.pump(*s, false);
    t.far().expect(kind::open);
    CHECK((s->usable() && !s->ended()));
    t.far().answer(0, {4});
    t.far().die();
    CHECK((s->ended() && !s->usable()));
    if (cancelled) {
      s->cancel();
      t.pump(*s);
      CHECK(t.got.said.empty());
    } else {
      CHECK(has(text_of_thrown<leat::worker_killed>([&] { t.pump(*s); }), "worker 0 was killed"));
      CHECK(t.got.kinds == std::vector<kind>{kind::data, kind::done});
    }
    CHECK(s->broken());
  }
}

TEST_CASE(
    "a session: who has ended is heard out though a child keeps its socket open; that it had closed, or is unwanted, is no "
    "death") {
  enum class end { killed, closed, unwanted, unwanted_from_then_on };
  for (const bool leaves_child : {false, true})
    for (const auto how : {end::killed, end::closed, end::unwanted, end::unwanted_from_then_on}) {
      CAPTURE(leaves_child);
      CAPTURE(static_cast<int>(how));
      talk t;
      auto s = t.open();
      t.pump(*s, false);
      t.far().expect(kind::open);
      t.far().answer(0, {4});
      if (how == end::closed) t.far().closed();
      t.far().die(leaves_child);
      const auto hear_out = [&] {
        s->hear_out(t.got, [&] { return how == end::unwanted_from_then_on ? t.got.said.empty() : how != end::unwanted; });
      };
      if (how == end::killed)
        CHECK(has(text_of_thrown<leat::worker_killed>(hear_out), "worker 0 was killed"));
      else
        hear_out();
      CHECK(t.got.said.size() == (how == end::unwanted ? 0 : 2));
      CHECK((s->broken() == (how == end::killed) && s->closed() == (how == end::closed)));
    }
}

TEST_CASE("a session: what a worker may end in before its first one is kept with it") {
  talk t;
  auto s = t.open();
  t.far().error(0, 0, "import numpy");  // of session 0
  t.pump(*s);
  CHECK(t.got.kinds.empty());
  const auto w = [&] {
    t.far().session = 1;
    t.far().closed();
    t.pump(*s);
    s.reset();
    return t.workers->acquire(false);
  }();
  CHECK(w->link.beginning == "import numpy");
}

// ---- values

/// The digests in a `forget` frame.
bodies digests(const std::string& body) {
  bodies all;
  for (std::size_t i = 0; i < body.size(); i += pd::digest_size) all.push_back(body.substr(i, pd::digest_size));
  return all;
}

/// What a worker is told before a session with these values opens; it is left at once.
std::vector<message> told(talk& t, const std::vector<pd::shared_value_ptr>& values) {
  auto s = t.open(values);
  t.pump(*s, false);
  s->leave();
  std::vector<message> all;
  while (auto m = t.far().take()) all.push_back(std::move(*m));
  REQUIRE(!all.empty());
  CHECK(all.back().what == kind::open);
  all.pop_back();
  return all;
}

TEST_CASE("a session: a value goes to a worker once, with its descriptor; a broadcast is forgotten as soon as nobody has it") {
  talk t;
  auto a = std::make_shared<const pd::shared_value>("text", "first");
  auto b = std::make_shared<const pd::shared_value>("array q", "eight by", true);
  const std::string of_b = b->digest();
  const auto first = told(t, {a, b});
  REQUIRE(first.size() == 2);
  CHECK((first[0].what == kind::value && first[0].count == 5 && first[0].body == a->digest() + "text"));
  CHECK((first[1].count == 8 && first[1].body == of_b + "array q"));
  char text[16] = {};
  CHECK((::pread(first[0].fd.get(), text, sizeof text, 0) == 5 && std::string(text) == "first"));
  CHECK((::pread(first[1].fd.get(), text, sizeof text, 0) == 8 && std::string(text, 8) == "eight by"));

  CHECK(told(t, {b, a}).empty());
  a = nullptr;  // small: it may be wanted again
  CHECK(told(t, {b}).empty());
  CHECK(told(t, {std::make_shared<const pd::shared_value>("text", "first")}).empty());  // made anew
  b = nullptr;
  const auto last = told(t, {});
  REQUIRE(last.size() == 1);
  CHECK((last[0].what == kind::forget && digests(last[0].body) == bodies{of_b}));
  CHECK(told(t, {std::make_shared<const pd::shared_value>("array q", "eight by", true)}).size() == 1);
}

TEST_CASE("a session: values that nobody has are forgotten beyond 64 MB, the longest unused first") {
  talk t;
  const std::string content(25 << 20, 'v');
  std::map<std::string, std::string> digest;
  const auto use = [&](const std::string& name) {
    const auto v = std::make_shared<const pd::shared_value>(name, content);
    digest[name] = v->digest();
    return told(t, {v});
  };
  for (const char* name : {"a", "b"}) CHECK(use(name).size() == 1);
  CHECK(use("a").empty());
  CHECK(use("c").size() == 1);  // they wait in the order b, a, c
  const auto one = told(t, {});
  REQUIRE((one.size() == 1 && one[0].what == kind::forget));
  CHECK(digests(one[0].body) == bodies{digest["b"]});
  CHECK(use("a").empty());
  CHECK(use("b").size() == 1);
  CHECK(use("c").empty());
}

TEST_CASE("a session: a value is handed over though the session is cancelled before it opens") {
  talk t;
  const auto v = std::make_shared<const pd::shared_value>("text", "value");
  {
    auto s = t.open({v});
    s->stop();
    CHECK(t.far().kinds() == std::vector<kind>{kind::value, kind::cancel});
    t.far().session = 1;
    t.far().closed();
    s->drain(clock::now() + patience);
  }
  CHECK(told(t, {v}).empty());
}

// ---- shared buffers

/// A body of this size in a shared buffer.
pd::session::body_ptr in_buffer(std::shared_ptr<pd::shared_buffer> s, std::string_view text) {
  char* const data = s->data();
  auto b = std::make_shared<wire::buffer>(std::move(s), data, pd::shared_buffer_size);
  b->append(text);
  return b;
}

TEST_CASE("a session: a large body in a buffer is lent to the worker until it says so, or is unsent when all is cancelled") {
  talk t;
  auto& buffers = t.workers->buffers();
  auto s = t.open();
  const std::string large(pd::shared_buffer_threshold, 'l'), small(pd::shared_buffer_threshold - 1, 's');
  s->data(0, 1, in_buffer(buffers.take(), large));
  t.pump(*s, false);
  t.far().expect(kind::open);
  const auto buffer = t.far().expect(kind::buffer);
  CHECK((buffer.batch == 0 && buffer.count == pd::shared_buffer_size && buffer.fd));
  const auto data = t.far().expect(kind::data);
  CHECK((data.flags == wire::in_buffer && data.body == eight(0) + eight(large.size())));
  std::string read(large.size(), '\0');
  CHECK(::pread(buffer.fd.get(), read.data(), read.size(), 0) == static_cast<ssize_t>(read.size()));
  CHECK(read == large);

  CHECK(buffers.take()->number() == 1);  // the first one is lent
  t.far().send(kind::free, 0, 0, {});
  t.pump(*s);
  CHECK(t.got.kinds.empty());
  auto again = buffers.take();
  CHECK(again->number() == 0);
  s->data(1, 1, in_buffer(std::move(again), large));  // of a buffer that it knows
  t.pump(*s, false);
  CHECK(t.far().expect(kind::data).flags == wire::in_buffer);
  s->data(2, 1, in_buffer(buffers.take(), small));
  t.pump(*s, false);
  CHECK(t.far().expect(kind::data).body == small);

  for (std::uint64_t i = 1; i != pd::most_loans + 2; ++i) s->data(2 + i, 1, in_buffer(buffers.take(), large));
  t.pump(*s, false);
  std::size_t lent = 0, in_frames = 0;
  while (auto m = t.far().take())
    if (m->what == kind::data) ++(m->flags == wire::in_buffer ? lent : in_frames);
  CHECK((lent == pd::most_loans - 1 && in_frames == 2));

  t.far().send(kind::free, 3, 0, {});
  t.pump(*s);
  auto last = buffers.take();
  const auto number_of_last = last->number();
  s->data(99, 1, in_buffer(std::move(last), large));
  CHECK(buffers.take()->number() != number_of_last);
  s->cancel();
  CHECK(buffers.take()->number() == number_of_last);

  t.far().send(kind::free, 77, 0, {});
  CHECK(has(text_of_thrown<leat::protocol_error>([&] { t.pump(*s); }), "gave back buffer 77, which it did not have"));
}

/// A session whose worker has buffers for its results; those, by number.
struct filling : talk {
  std::unique_ptr<pd::session> s = open();
  std::vector<pd::descriptor> buffers{};

  filling() {
    s->share_results();
    pump(*s, false);
    far().expect(kind::open);
    far().send(kind::data, 0, 1, std::string(pd::shared_buffer_threshold - 1, 'r'));
    pump(*s);
    CHECK(!far().take());  // small ones need none
    far().send(kind::data, 0, 1, std::string(pd::shared_buffer_threshold, 'r'));
    pump(*s);
    for (std::size_t i = 0; i != pd::result_buffers; ++i) {
      auto m = far().expect(kind::buffer);
      CHECK((m.batch == i && m.flags == wire::for_results && m.fd));
      buffers.push_back(std::move(m.fd));
    }
    got.said.clear();
  }
  void fill(std::uint64_t number_of, const std::string& text) {
    REQUIRE(::pwrite(buffers.at(number_of).get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    far().send(kind::data, 0, 1, eight(number_of) + eight(text.size()), wire::in_buffer);
  }
};

TEST_CASE("a session: results in a buffer are read there, and the buffer is the worker's again when nobody holds it") {
  filling t;
  t.fill(0, "read at once");
  t.pump(*t.s);
  CHECK(t.got.said == bodies{"read at once"});
  auto m = t.far().expect(kind::free);
  CHECK(m.batch == 0);

  t.got.keeps = true;
  t.fill(0, "kept");
  t.fill(3, "kept, too");
  t.pump(*t.s);
  CHECK(!t.far().take());
  CHECK((t.got.kept.size() == 2 && t.got.kept[0] && t.got.kept[1]));
  t.got.kept.pop_back();
  t.pump(*t.s);
  CHECK(t.far().expect(kind::free).batch == 3);

  t.s->data(1, 1, body_of(std::string(10'000'000, 'x')));  // more than the socket takes
  t.got.kept.clear();
  t.pump(*t.s, false);
  t.s->cancel();  // that a buffer was read is told all the same
  const auto last = t.all_sent(*t.s);
  REQUIRE(last.size() == 3);
  CHECK((last[0].what == kind::data && last[1].what == kind::free && last[2].what == kind::cancel));
}

TEST_CASE("a session: nothing that a worker says of a buffer is trusted") {
  const struct {
    std::string body, says;
  } all[] = {
      {eight(4) + eight(1), "that it does not have: 4"},
      {eight(~std::uint64_t{0}) + eight(1), "that it does not have: 18446744073709551615"},
      {eight(0) + eight(pd::shared_buffer_size + 1), "of another size: 1048577 bytes"},
      {eight(1) + eight(8), "that has not been read yet: 1"},
      {eight(0), "and does not say where"},
      {eight(0) + eight(1) + "x", "and does not say where"},
  };
  for (auto const& one : all) {
    CAPTURE(one.says);
    filling t;
    t.got.keeps = true;
    t.fill(1, "kept");
    t.pump(*t.s);
    t.far().send(kind::data, 0, 1, one.body, wire::in_buffer);
    CHECK(has(text_of_thrown<leat::protocol_error>([&] { t.pump(*t.s); }), "sent results in a buffer " + one.says));
    CHECK(t.s->broken());
    t.got.kept.clear();
    t.s.reset();
    CHECK(t.far().killed);
  }
  talk none;  // one that has been given none
  auto s = none.open();
  none.pump(*s, false);
  none.far().expect(kind::open);
  none.far().send(kind::data, 0, 1, eight(0) + eight(1), wire::in_buffer);
  CHECK(has(text_of_thrown<leat::protocol_error>([&] { none.pump(*s); }), "that it does not have: 0"));
}

}  // namespace
}  // namespace python_session_session
