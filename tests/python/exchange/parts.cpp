// SPDX-License-Identifier: BSL-1.0
// What an exchange is made of, each part alone: no process, no connection, and no clock but the test's.
#include <leat/python/exchange/bodies.hpp>
#include <leat/python/exchange/pacing.hpp>
#include <leat/python/exchange/recall.hpp>
#include <leat/python/exchange/recovery.hpp>
#include <leat/python/exchange/window.hpp>
#include <leat/wire/buffer.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace python_exchange_parts {
namespace {

using namespace leat;
using namespace leat::python_detail;
using namespace std::chrono_literals;
using clock = lane::clock;

const clock::time_point start{1h};

// ---- pacing

struct measured {
  std::size_t count;
  std::chrono::nanoseconds time;
};

/// Of batches that have cost so much.
pacing paced(const program& p, const std::vector<measured>& learnt, std::size_t elements = core::most_elements) {
  batch_size size;
  size.bound(p.most_elements, p.wishes());
  for (auto const& m : learnt) size.measure(m.count, static_cast<std::uint64_t>(m.time.count()));
  return {p, size, elements, 2, start};
}

program wishing(std::size_t least, std::size_t most) {
  program p;
  if (most != 0) p.functions.push_back(make_function(kind::map, "lambda x: x", nullptr));
  if (most != 0) p.functions[0].batches = {least, most};
  return p;
}

TEST_CASE("pacing: a batch is full with as many elements as is best, or with its bytes, but not below what the user asks for") {
  const struct {
    const char* what;
    std::size_t least, most;
    std::vector<measured> learnt;
    std::size_t elements, count, bytes;
    bool full;
  } all[] = {
      {"nothing known", 0, 0, {}, core::most_elements, 1, 1, true},
      {"quick, below", 0, 0, {{1, 1us}}, core::most_elements, 7, 1, false},
      {"quick, there", 0, 0, {{1, 1us}}, core::most_elements, 8, 1, true},
      {"slow", 0, 0, {{1, 1s}}, core::most_elements, 2, 1, true},
      {"half of few for each of two", 0, 0, {{1, 1us}}, 10, 5, 1, true},
      {"less than that", 0, 0, {{1, 1us}}, 10, 4, 1, false},
      {"asked for, below", 100, 100, {}, core::most_elements, 99, 1, false},
      {"asked for, there", 100, 100, {}, core::most_elements, 100, 1, true},
      {"bytes", 10, 100, {{10, 1us}}, core::most_elements, 10, batch_bytes, true},
      {"bytes, below", 10, 100, {{10, 1us}}, core::most_elements, 10, batch_bytes - 1, false},
      {"bytes of too few", 10, 100, {{10, 1us}}, core::most_elements, 9, batch_bytes, false},
  };
  for (auto const& one : all) {
    CAPTURE(std::string(one.what));
    CHECK(paced(wishing(one.least, one.most), one.learnt, one.elements).full(one.count, one.bytes) == one.full);
  }
}

TEST_CASE(
    "pacing: for an idle worker an eighth is enough, or what there is when nothing more comes; costly batches wait longer") {
  const std::vector<measured> cheap{{8, 8us}, {64, 64us}}, costly{{1, 20ms}, {2, 20ms}, {8, 20ms}};
  const struct {
    std::size_t least;
    const std::vector<measured>& learnt;
    double part;  // of a full batch
    std::chrono::microseconds after;
    bool suffices;
  } all[] = {
      {0, cheap, 1. / 8, 0us, true},     {0, cheap, 1. / 16, 0us, false}, {0, cheap, 1. / 16, 201us, true},
      {0, cheap, 1. / 16, 199us, false}, {0, costly, 1. / 2, 0us, false}, {0, costly, 1, 0us, true},
      {0, costly, 1. / 16, 2ms, false},  {0, costly, 1. / 16, 3ms, true},
  };
  for (auto const& one : all) {
    CAPTURE(one.part);
    CAPTURE(one.after.count());
    auto p = paced(wishing(one.least, 1000), one.learnt);
    std::size_t limit = 1;
    while (!p.full(limit, 0)) ++limit;
    REQUIRE(limit >= 16);
    p.sent_at(start + 1s);
    const auto count = static_cast<std::size_t>(one.part * static_cast<double>(limit));
    CHECK(p.suffices(count, start + 1s + one.after) == one.suffices);
  }
  CHECK(!paced(wishing(5, 1000), cheap).suffices(4, start + 1h));  // less than the user asks for
  CHECK(paced(wishing(5, 1000), cheap).suffices(5, start + 1h));
}

TEST_CASE("pacing: a worker has two batches, one that takes long alone, and of large records as many as fill its socket") {
  const std::vector<measured> quick{{1, 1us}}, slow{{1, 1s}};
  const struct {
    const std::vector<measured>& learnt;
    std::size_t batches, bytes;
    bool room;
  } all[] = {{{}, 0, 0, true},
             {{}, 1, 1, false},
             {slow, 0, 0, true},
             {slow, 1, 1, false},
             {quick, 0, 0, true},
             {quick, 1, 1, true},
             {quick, 2, 2, false},
             {quick, 2, batch_bytes, true},
             {quick, 3, window_bytes - 1, true},
             {quick, 3, window_bytes, false}};
  for (auto const& one : all) {
    CAPTURE(one.batches);
    CAPTURE(one.bytes);
    CHECK(paced({}, one.learnt).has_room(one.batches, one.bytes) == one.room);
  }
}

TEST_CASE("pacing: it learns, and shares what is left or handed back among those that are idle") {
  auto p = paced({}, {}, 100);
  CHECK(p.full(1, 0));
  p.sent(1, 1, 1);
  p.measure(1, 10, 1000);
  p.adapt(1, 1);
  CHECK((!p.full(7, 0) && p.full(8, 0)));
  p.adapt(95, 2);  // five are left, for two
  CHECK((!p.full(2, 0) && p.full(3, 0)));
  CHECK((p.share(5, 2) == 3 && p.share(5, 1) == 5 && p.share(100, 2) == 8));
  CHECK(p.learnt().limit() == 8);
}

TEST_CASE("pacing: workers are quick where a full batch of arrays takes no time") {
  program arrays;
  arrays.most_bytes = 512 * 1024;
  const struct {
    const program& of;
    std::size_t bytes;
    std::uint64_t nanoseconds;
    bool quick;
  } all[] = {{arrays, 512 * 1024, 100'000, true},
             {arrays, 256 * 1024, 299'999, true},
             {arrays, 256 * 1024 - 1, 100'000, false},
             {arrays, 512 * 1024, 300'000, false},
             {{}, batch_bytes, 100'000, false}};
  for (auto const& one : all) {
    auto p = paced(one.of, {});
    CHECK(!p.quick());
    p.measure(1000, one.bytes, one.nanoseconds);
    CHECK(p.quick() == one.quick);
  }
}

TEST_CASE("pacing: the clock is looked at each 25 to 100 us, however fast elements come") {
  auto p = paced(wishing(16'384, 16'384), {});
  auto now = start;
  const auto stride_after = [&](std::chrono::microseconds gap, int times) {
    for (int i = 0; i < times; ++i) p.look(now += gap);
    return p.check_after(0);
  };
  CHECK(stride_after(1s, 1) == 1);
  CHECK(stride_after(10us, 3) == 8);
  CHECK(stride_after(50us, 5) == 8);
  CHECK(stride_after(10us, 20) == 1024);  // a sixteenth of the largest batch
  CHECK(stride_after(200us, 1) == 256);
  CHECK(stride_after(1s, 9) == 1);
  CHECK(p.check_after(16'384) == 16'384);  // it is full then
}

// ---- window

session::body_ptr body_of(std::string_view text) {
  auto b = std::make_shared<wire::buffer>();
  b->append(text);
  return b;
}

/// A window whose results are letters; what was handed on, and with a dash what was passed over.
struct letters {
  window w{};
  std::string got{};
  std::size_t waiting = 0;
  std::size_t wanted = 1000;
  std::vector<window::place> batches{};

  auto emit() {
    return [this](const window::batch&, std::string_view body, std::size_t count, std::size_t skip) {
      CHECK(body.size() == count);
      for (std::size_t i = 0; i < skip; ++i) got += '-';
      got += body.substr(skip);
      return got.size() < wanted;
    };
  }
  letters& add(std::size_t count) { return keep(w.add(body_of("body"), count)); }
  letters& keep(window::place b) {
    b->waiting = &waiting;
    batches.push_back(b);
    return *this;
  }
  /// Results of batch `i` come.
  bool come(std::size_t i, std::string_view text) {
    auto& b = *batches[i];
    if (w.is_first(b)) return window::hand_on(b, text, text.size(), emit());
    window::keep(b, text, text.size(), {});
    return true;
  }
  bool advance() { return w.advance(emit()); }
  void done(std::size_t i) {
    CHECK(w.finish(batches[i], batches[i]->count) != nullptr);  // the body, to be used again
    advance();
  }
};

TEST_CASE("window: results wait for those of earlier batches, and their bytes are counted") {
  letters t;
  t.add(2).add(2).add(1);
  CHECK((t.w.size() == 3 && t.w.records() == 5 && t.batches[2]->first_record == 4 && t.batches[2]->number == 2));
  t.come(2, "ef");
  t.done(2);
  t.come(1, "c");
  t.come(0, "a");
  CHECK((t.got == "a" && t.waiting == 3 && t.batches[1]->came() == 1 && t.batches[0]->came() == 1));
  CHECK((t.batches[0]->answered() && t.batches[1]->answered()));
  t.come(0, "b");
  CHECK(t.got == "ab");
  t.done(0);
  CHECK((t.got == "abc" && t.waiting == 2 && t.w.size() == 2 && t.w.is_first(*t.batches[1])));
  t.come(1, "d");
  t.done(1);
  CHECK((t.got == "abcdef" && t.waiting == 0 && t.w.empty()));
}

TEST_CASE("window: what was handed on before a worker died is passed over, however the replay is cut") {
  for (const auto& parts : std::vector<std::vector<std::string>>{{"abc"}, {"a", "b", "c"}, {"ab", "c"}, {"a", "bc"}}) {
    letters t;
    t.add(3).add(1);
    t.come(0, "a");
    t.come(0, "b");
    t.come(1, "d");
    CHECK((t.waiting == 1));
    for (const std::size_t i : {0u, 1u}) window::repeat(*t.batches[i]);
    CHECK((t.waiting == 0 && !t.batches[0]->answered() && !t.batches[1]->answered()));
    t.got.clear();
    t.come(0, "ab");
    window::repeat(*t.batches[0]);  // who had it next has died, too
    CHECK(t.got == "--");
    t.got.clear();
    for (auto const& part : parts) t.come(0, part);
    t.come(1, "d");
    t.done(0);
    t.done(1);
    CHECK(t.got == "--cd");
  }
}

TEST_CASE("window: who wants no more gets no more, and a failure comes after the results before it") {
  letters t;
  t.wanted = 2;
  t.add(1).add(3);
  for (const char* part : {"b", "c", "d"}) t.come(1, part);
  CHECK(t.come(0, "a"));
  CHECK(t.w.finish(t.batches[0], 1) != nullptr);
  CHECK(!t.advance());
  CHECK(t.got == "ab");

  letters u;
  u.add(1).add(2).add(1);
  u.come(1, "b");
  u.batches[1]->failure = std::make_exception_ptr(42);
  u.come(2, "d");
  CHECK(u.advance());
  u.come(0, "a");
  CHECK_THROWS_AS(u.done(0), int);
  CHECK(u.got == "ab");
}

TEST_CASE("window: elements handed back come next, in their order, whole or in pieces, in their places") {
  letters t;
  t.add(4).add(3).add(1);
  CHECK(t.w.returned() == nullptr);
  t.come(1, "e");
  CHECK(t.w.finish(t.batches[1], 1) == nullptr);  // two are left of it, and need the body
  t.come(0, "a");
  t.come(0, "b");
  CHECK(t.w.finish(t.batches[0], 2) == nullptr);
  CHECK(t.w.finish(t.batches[2], 0) == nullptr);
  const auto next = [&](std::size_t most, std::size_t begin, std::size_t count, std::uint64_t first_record) {
    const auto b = t.w.take_returned(most);
    CHECK((b->begin == begin && b->count == count && b->first_record == first_record && b->number > 2));
    t.keep(b);
    return b;
  };
  next(1, 2, 1, 2);  // of the first batch the third
  next(1, 3, 1, 3);
  const auto rest = next(9, 1, 2, 5);
  CHECK((rest->whole == 3 && rest->body->view() == "body" && t.batches[1]->body == nullptr));
  CHECK(t.w.returned() == &*t.batches[2]);
  CHECK(t.w.take_returned(1) == t.batches[2]);
  CHECK((t.w.returned() == nullptr && t.w.size() == 6 && t.w.records() == 8));
  t.come(5, "fg");
  t.done(5);
  t.come(4, "d");
  t.done(4);
  t.come(2, "h");
  t.done(2);
  t.come(3, "c");
  t.done(3);
  CHECK((t.got == "abcdefgh" && t.w.empty()));
}

TEST_CASE("window: what is passed over goes with the rest that is handed back, which is then not divided") {
  letters t;
  t.add(3);
  t.come(0, "abc");
  window::repeat(*t.batches[0]);
  t.come(0, "a");
  t.w.finish(t.batches[0], 1);
  CHECK(t.w.returned()->skip == 2);
  t.keep(t.w.take_returned(1));
  CHECK((t.batches[1]->count == 2 && t.w.returned() == nullptr));
  t.advance();
  t.come(1, "bc");
  t.done(1);
  CHECK(t.got == "abc---");
}

// ---- bodies

TEST_CASE("bodies: memory is used again when nobody else has it, and shared where batches are large") {
  bodies own(nullptr);
  wire::buffer content;
  content.append("one");
  const void* const first = content.data();
  auto body = own.take(content);
  CHECK((content.empty() && body->view() == "one" && body->data() == first));
  const auto other = body;
  own.put_back(std::move(body));  // not while it is in use
  own.put_back(nullptr);
  content.append("two");
  CHECK(own.take(content)->view() == "two");
  CHECK(content.data() == nullptr);

  content.append("three");
  auto third = own.take(content);
  const void* const there = third->data();
  own.put_back(std::move(third));
  content.append("four");
  CHECK(own.take(content)->view() == "four");
  CHECK((content.empty() && content.data() == there));

  const auto shared = std::make_shared<shared_buffers>();
  bodies lent(shared.get());
  wire::buffer large;
  large.append(std::string(shared_buffer_threshold, 'x'));
  CHECK(lent.take(large)->owner() == nullptr);  // it had been written before that was known
  REQUIRE(large.owner() != nullptr);
  large.append("small");
  auto in_buffer = lent.take(large);
  CHECK((in_buffer->owner() != nullptr && large.owner() == nullptr));
  lent.put_back(std::move(in_buffer));  // goes back to all
  CHECK(shared->take() != nullptr);
}

// ---- recall

/// A worker as `find_recall` sees it.
struct state {
  std::vector<std::size_t> batches{};  // elements; none: it is free
  std::chrono::milliseconds begun{};   // ago
  unsigned asked = 0;
  std::optional<std::chrono::milliseconds> recalled{};  // ago
  bool hears = false, failed = false;
};

TEST_CASE("recall: who has been longest at a batch is asked when others are idle, once, or until it must have heard it") {
  const state idle{}, failed{{}, 0ms, 0, {}, false, true};
  const int nobody = -1, long_wait = 50, short_wait = 5;
  const struct {
    const char* what;
    std::vector<state> lanes;
    std::size_t startable;  // workers that could be started beside them
    bool cuts;
    int whom, again;
  } all[] = {
      {"nobody works", {idle, idle}, 0, true, nobody, -1},
      {"nobody is idle", {{{9}, 9ms}, {{9}, 9ms}}, 0, true, nobody, -1},
      {"patience", {{{9}, 5ms}, idle}, 0, true, 0, short_wait},
      {"not yet", {{{9}, 2ms}, idle}, 0, true, nobody, short_wait},
      {"not for long", {{{9}, 1ms}, idle}, 0, true, nobody, short_wait},
      {"one would have to start", {{{9}, 49ms}}, 1, true, nobody, short_wait},
      {"long before that", {{{9}, 10ms}}, 1, true, nobody, 40},
      {"then even that", {{{9}, 50ms}}, 1, true, 0, short_wait},
      {"the longest", {{{9}, 6ms}, {{9}, 8ms}, idle, {{9}, 7ms}}, 0, true, 1, short_wait},
      {"not one element", {{{1}, 9ms}, idle}, 0, true, nobody, -1},
      {"but the batch behind it", {{{1, 1}, 9ms}, idle}, 0, true, 0, short_wait},
      {"not a part of one that stays whole", {{{9}, 9ms}, idle}, 0, false, nobody, -1},
      {"who failed is not idle", {{{9}, 99ms}, failed}, 0, true, nobody, -1},
      {"who failed is not asked", {{{9}, 9ms, 0, {}, false, true}, idle}, 0, true, nobody, -1},
      {"it is about to", {{{9}, 99ms, 1, 9ms}, idle}, 0, true, nobody, long_wait},
      {"it may not have heard", {{{9}, 99ms, 1, 50ms}, idle}, 0, true, 0, short_wait},
      {"until it must have", {{{9}, 999ms, most_asked, 99ms}, idle}, 0, true, nobody, -1},
      {"it has heard", {{{9}, 99ms, 1, 50ms, true}, idle}, 0, true, nobody, -1},
      {"it hears, and was not asked", {{{9}, 99ms, 0, {}, true}, idle}, 0, true, 0, short_wait},
      {"one idle is provided for", {{{9}, 99ms, 1, 9ms}, {{9}, 9ms}, idle}, 0, true, nobody, long_wait},
      {"a second one is not", {{{9}, 99ms, 1, 9ms}, {{9}, 9ms}, idle, idle}, 0, true, 1, short_wait},
  };
  for (auto const& one : all) {
    CAPTURE(std::string(one.what));
    window w;
    lanes made;
    std::size_t free = one.startable;
    for (const state& s : one.lanes) {
      auto& l = *made.emplace_back(std::make_unique<lane>());
      for (const std::size_t n : s.batches) l.send(w.add(body_of("."), n), start - s.begun);
      l.asked = s.asked;
      if (s.recalled) l.recalled = start - *s.recalled;
      l.hears = s.hears;
      l.failed = s.failed;
      free += l.free() ? 1u : 0u;
    }
    const recall found = find_recall(made, free, one.cuts, start);
    CHECK(found.whom == (one.whom == nobody ? nullptr : made[static_cast<std::size_t>(one.whom)].get()));
    CHECK(found.again == one.again);
  }
}

TEST_CASE("lane: it has batches one after the other, and what it was asked counts for the first") {
  window w;
  lane l;
  l.send(w.add(body_of("abc"), 1), start);
  l.send(w.add(body_of("de"), 2), start + 1s);
  CHECK((l.bytes == 5 && l.begun == start && l.is_at(0) && !l.is_at(1) && l.busy()));
  l.asked = 2;
  l.recalled = start;
  CHECK(l.take_done(start + 2s)->number == 0);
  CHECK((l.bytes == 2 && l.begun == start + 2s && l.is_at(1) && l.asked == 0 && l.recalled == clock::time_point{}));
  CHECK(!l.hears);  // a batch of one element tells nothing of that
  l.take_done(start + 3s);
  CHECK((l.hears && l.free() && !l.is_at(1) && l.bytes == 0));
}

// ---- recovery

TEST_CASE("recovery: another worker goes on, up to so many deaths, unless something came that cannot come again") {
  const struct {
    const char* what;
    bool task, mortal, committed;  // `mortal`: it was a death, which another worker may survive
    unsigned attempts, deaths;
    bool again;
    const char* note;
  } all[] = {
      {"first", false, true, false, 4, 0, true, ""},
      {"third", false, true, false, 4, 2, true, ""},
      {"fourth", false, true, false, 4, 3, false, "gave up after 4 attempts at this batch of 7 records"},
      {"one attempt", false, true, false, 1, 0, false, "gave up after 1 attempt at"},
      {"none is one", false, true, false, 0, 0, false, "gave up after 1 attempt at"},
      {"a task", true, true, false, 4, 0, false, ""},
      {"what no other helps with", false, false, false, 4, 0, false, ""},
      {"committed", false, true, true, 4, 0, false, "it cannot come again"},
      {"a committed task", true, true, true, 4, 0, false, ""},
  };
  for (auto const& one : all) {
    CAPTURE(std::string(one.what));
    recovery r(one.task, one.attempts, "it cannot come again");
    if (one.committed) r.commit();
    worker_killed death(9, "killed", {});
    protocol_error other("wrong", {});
    error& e = one.mortal ? static_cast<error&>(death) : other;
    const std::string before = e.what();
    unsigned deaths = one.deaths;
    CHECK(r.again(e, deaths, 7) == one.again);
    const std::string text = e.what();
    CHECK((*one.note == '\0' ? text == before : text.find(one.note) != std::string::npos));
  }
}

}  // namespace
}  // namespace python_exchange_parts
