// SPDX-License-Identifier: BSL-1.0
// The parts of run/engine by themselves, without contexts and datasets.
#include <leat/run/engine/chain.hpp>
#include <leat/run/engine/charging_node.hpp>
#include <leat/run/engine/chunk.hpp>
#include <leat/run/engine/function_ref.hpp>
#include <leat/run/engine/job.hpp>
#include <leat/run/engine/lineage.hpp>
#include <leat/run/engine/stored_partition.hpp>
#include <leat/run/engine/stored_partitions.hpp>
#include <leat/run/engine/threads.hpp>
#include <leat/stage/filter.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/take.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace run_engine {
namespace {

using namespace leat::core;
using leat::start_info;
using ints = std::vector<int>;
using owner = std::unique_ptr<int>;

std::shared_ptr<engine> engine_of(std::size_t slots, std::size_t limit = 0) {
  return engine::make(resolved({.slots = slots, .memory_limit = limit, .log = [](const leat::log_record&) {}}));
}

ints up_to(int n) {
  ints all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Notes what it is given.
template <class T>
struct gathered final : leat::core::chunk_consumer<T> {
  std::vector<std::size_t> sizes{};
  std::vector<T> all{};
  std::vector<const T*> places{};
  start_info hint{};
  int starts = 0;
  bool wants = true;
  std::size_t enough = ~std::size_t{0};  // chunks

  bool start(start_info n) override {
    hint = n;
    ++starts;
    return wants;
  }
  bool operator()(leat::core::slice<T> chunk) override {
    sizes.push_back(chunk.size());
    places.push_back(chunk.data());
    for (T& x : chunk) all.push_back(std::move(x));
    return sizes.size() < enough;
  }
};

/// Partitions that are given as vectors, handed over `chunk` elements at a time.
template <class T>
struct given final : lineage<T> {
  mutable std::vector<std::vector<T>> parts;
  std::size_t chunk = 3;
  start_info hint{};
  mutable std::atomic<int> read{0};

  given(std::shared_ptr<engine> home, std::vector<std::vector<T>> all)
      : lineage<T>(std::move(home), {}, all.size()), parts(std::move(all)) {}
  const char* name() const override { return "given"; }
  void produce(task&, std::size_t partition, leat::core::chunk_consumer<T>& to) const override {
    ++read;
    if (!to.start(hint)) return;
    leat::core::slice<T> left(parts[partition].data(), parts[partition].size());
    for (std::size_t n; !left.empty(); left = left.subspan(n))
      if (!to(left.first(n = std::min(chunk, left.size())))) return;
  }
};

template <class T>
leat::core::slice<T> sliced(std::vector<T>& xs) {
  return {xs.data(), xs.size()};
}

/// A last node that keeps what comes, and the hint that it was started with.
template <class T>
struct keeping {
  struct seen {
    std::vector<T> all{};
    start_info hint{};
    int finished = 0;
  };
  seen* to;

  bool start(start_info n) {
    to->hint = n;
    return true;
  }
  bool operator()(T&& x) {
    to->all.push_back(std::move(x));
    return true;
  }
  void finish() { ++to->finished; }
};

// ---- chunk

static_assert(chunk_size<int> == 1024 && chunk_size<std::array<char, 64>> == 512 && chunk_size<std::array<char, 4096>> == 256);

TEST_CASE("chunk buffer: small chunks first, then full ones; who has had enough gets no more") {
  for (const int n : {0, 1, 2, 3, 4, 1022, 1023, 1024, 2047, 5000}) {
    CAPTURE(n);
    gathered<int> to;
    chunk_buffer<int> buffer(to);
    CHECK(buffer.start({7, start_info::at_most}));
    CHECK((to.hint.n == 7 && to.hint.known == start_info::at_most));
    for (int i = 0; i < n; ++i) CHECK(buffer.push(i));
    CHECK(buffer.flush());
    CHECK(to.all == up_to(n));
    std::size_t full = 1;
    for (std::size_t i = 0; i < to.sizes.size(); ++i, full = std::min<std::size_t>(2 * full, 1024))
      CHECK((to.sizes[i] == full || (i + 1 == to.sizes.size() && to.sizes[i] < full)));
  }
  gathered<int> two;
  two.enough = 2;
  chunk_buffer<int> buffer(two);
  buffer.start({});
  CHECK((buffer.push(0) && buffer.push(1) && !buffer.push(2)));
  CHECK(!buffer.flush());
  gathered<int> none;
  none.wants = false;
  chunk_buffer<int> unwanted(none);
  CHECK(!unwanted.start({}));
  CHECK((!unwanted.push(1) && !unwanted.flush() && none.sizes.empty()));
}

TEST_CASE("hand chunks: plain elements where they are, others as copies, unless they may be moved or can only be") {
  const auto make = []<class T>(std::size_t n, const T*) {
    std::vector<T> all;
    for (std::size_t i = 0; i < n; ++i)
      if constexpr (std::same_as<T, owner>)
        all.push_back(std::make_unique<int>(static_cast<int>(i)));
      else if constexpr (std::same_as<T, std::string>)
        all.push_back("a string that is too long for itself " + std::to_string(i));
      else
        all.push_back(static_cast<T>(i));
    return all;
  };
  const auto check = [&]<class T>(const T* type) {
    constexpr std::size_t c = chunk_size<T>;
    for (const std::size_t n : std::vector<std::size_t>{0, 1, c - 1, c, c + 1, 2 * c + 5})
      for (const bool move : {false, true}) {
        auto xs = make(n, type);
        const auto same = make(n, type);
        gathered<T> to;
        hand_over<T>(sliced(xs), move, {n, start_info::exact}, to);
        CHECK((to.starts == 1 && to.hint.n == n));
        REQUIRE(to.all.size() == n);
        for (std::size_t i = 0; i + 1 < to.sizes.size(); ++i) CHECK(to.sizes[i] == c);
        const bool copied = std::same_as<T, std::string> && !move;
        for (std::size_t i = 0; i < to.places.size(); ++i) CHECK((to.places[i] == xs.data() + i * c) == !copied);
        for (std::size_t i = 0; i < n; ++i) {
          if constexpr (std::same_as<T, owner>) {
            REQUIRE((*to.all[i] == *same[i] && xs[i] == nullptr));
          } else {
            REQUIRE(to.all[i] == same[i]);
            REQUIRE((xs[i] == same[i]) == (!std::same_as<T, std::string> || copied));
          }
        }
      }
  };
  check(static_cast<const int*>(nullptr));
  check(static_cast<const std::string*>(nullptr));
  check(static_cast<const owner*>(nullptr));

  ints many(5000);
  gathered<int> one;
  one.enough = 1;
  hand_chunks<int>(sliced(many), false, one);
  CHECK(one.sizes.size() == 1);
  gathered<int> none;
  none.wants = false;
  hand_over<int>(sliced(many), false, {}, none);
  CHECK((none.starts == 1 && none.sizes.empty()));
}

TEST_CASE("function ref: refers, and does not copy") {
  int calls = 0;
  auto counts = [n = 0, &calls](int x) mutable {
    ++calls;
    return n += x;
  };
  const function_ref<int(int)> f(counts);
  const function_ref<int(int)> same = f;
  CHECK((f(1) == 1 && same(2) == 3 && counts(3) == 6 && calls == 3));
  const auto product = [](int a, int b) { return a * b; };
  CHECK(function_ref<long(int, int)>(product)(6, 7) == 42);
}

// ---- chain

TEST_CASE("chain: chunks go through the stages into the last node, plain elements stay as they are, others are moved out") {
  const auto home = engine_of(1);
  job j(*home);
  task t{&j};
  const given<int> base(home, {up_to(10), {}});
  keeping<int>::seen seen;
  const auto pipeline = leat::map([](int x) { return 10 * x; }) | leat::filter([](int x) { return x % 20 == 0; });
  run_chain(t, base, 0, pipeline, keeping<int>{&seen});
  CHECK(seen.all == ints{0, 20, 40, 60, 80});
  CHECK((seen.finished == 1 && seen.hint.run == &t.run));
  CHECK(base.parts[0] == up_to(10));
  run_chain(t, base, 1, pipeline, keeping<int>{&seen});
  CHECK((seen.all.size() == 5 && seen.finished == 2));

  given<owner> owners(home, std::vector<std::vector<owner>>(1));
  for (const int x : {1, 2, 3}) owners.parts[0].push_back(std::make_unique<int>(x));
  keeping<owner>::seen held;
  run_chain(t, owners, 0, leat::map([](owner x) { return x; }) | leat::take(2), keeping<owner>{&held});
  CHECK((held.all.size() == 2 && *held.all[1] == 2 && held.finished == 1));
  CHECK((owners.parts[0][1] == nullptr && owners.parts[0][2] != nullptr));  // what was not wanted stays

  const std::atomic<bool> stop{true};
  t.run.stop = &stop;
  CHECK_THROWS_AS(run_chain(t, base, 0, pipeline, keeping<int>{&seen}), leat::cancelled);
  CHECK(seen.finished == 2);
}

TEST_CASE("chain lineage: a closed chain is a node that reads one other") {
  const auto home = engine_of(1);
  job j(*home);
  task t{&j};
  const lineage_ptr<int> base(new given<int>(home, std::vector<ints>{up_to(2000), up_to(1)}));
  const auto twice = [](int x) { return std::to_string(2 * x); };
  const chain_lineage<int, decltype(leat::map(twice))> chain(base, leat::map(twice));
  CHECK((chain.partitions() == 2 && std::string(chain.name()) == "stages" && chain.ordinal() == base->ordinal() + 1));
  gathered<std::string> to;
  chain.produce(t, 0, to);
  CHECK((to.all.size() == 2000 && to.all[1999] == "3998"));
  std::vector<reading> reads;
  chain.plan(j, {&chain, true, 5}, reads);
  REQUIRE(reads.size() == 1);
  CHECK((reads[0].node == &*base && reads[0].fragile && reads[0].depth == 6));
}

// ---- what is kept, and what it counts

TEST_CASE("charging node: an element counts with what it holds, in steps and at the end") {
  memory_account account(0);
  reservation held(account, "a test");
  keeping<std::string>::seen seen;
  charging_node<std::string, keeping<std::string>> node{&held, {&seen}};
  CHECK(node.start({}));
  const std::size_t each = sizeof(std::string) + 1001;
  for (std::size_t i = 1; i <= 100; ++i) {
    node(std::string(1000, 'x'));
    CHECK(account.used() <= i * each);
    CHECK(i * each - account.used() < 65536);
  }
  node.finish();
  CHECK((account.used() == 100 * each && seen.all.size() == 100 && seen.finished == 1));
}

TEST_CASE("collector: keeps what it is given, charges the room for it, and gives that back") {
  const auto home = engine_of(1, 1'000'000);
  memory_account& account = home->memory();
  job j(*home);
  const task t{&j};
  {
    stored_partition<std::string> kept(account, "a test");
    collector<std::string> keep(t, kept);
    CHECK(keep.start({}));
    for (std::size_t n = 0; n < 10; ++n) {
      std::vector<std::string> chunk(n * 10, std::string(99, 'x'));
      CHECK(keep(sliced(chunk)));
      CHECK(account.used() >= kept.items.size() * (sizeof(std::string) + 100));
      CHECK(account.used() <= 2 * kept.items.size() * (sizeof(std::string) + 100));
    }
    CHECK((kept.items.size() == 450 && kept.items[449].size() == 99));
    std::vector<std::string> many(20'000, std::string(99, 'x'));
    CHECK_THROWS_AS(keep(sliced(many)), leat::memory_limit_exceeded);
  }
  CHECK(account.used() == 0);
  {
    stored_partition<int> kept(account, "a test");
    collector<int> keep(t, kept);
    CHECK(keep.start({100, start_info::exact}));
    CHECK((kept.items.room() == 100 && account.used() == 400));
    ints xs = up_to(100);
    keep(sliced(xs));
    CHECK((kept.items.room() == 100 && account.used() == 400));
  }
  stored_partition<int> kept(account, "a test");
  collector<int> keep(t, kept);
  CHECK_THROWS_AS(keep.start({most_elements, start_info::exact}), leat::resource_error);
  CHECK_THROWS_AS(keep.start({250'001, start_info::exact}), leat::memory_limit_exceeded);
  const std::atomic<bool> stop{true};
  task stopped{&j};
  stopped.run.stop = &stop;
  ints xs(1);
  CHECK_THROWS_AS((collector<int>(stopped, kept)(sliced(xs))), leat::cancelled);
}

TEST_CASE("stored partitions: what arrives is in order, however the tasks end, and not more of them run ahead than may") {
  for (const std::size_t window : {0u, 1u, 3u}) {
    CAPTURE(window);
    const auto home = engine_of(4);
    job j(*home);
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t ended = 0, arrived = 0, furthest = 0;
    ints got;
    run_stored<int>(
        j, "a test", 2, 20, window,
        [&](task& t, stored_partition<int>& into) {
          std::unique_lock held(mutex);
          furthest = std::max(furthest, t.partition() - 2 - arrived);
          if (t.partition() == 2 && window != 1)  // the first one ends after another
            CHECK(changed.wait_for(held, std::chrono::seconds(30), [&] { return ended > 0; }));
          ++ended;
          changed.notify_all();
          into.items.emplace_back(static_cast<int>(t.partition()));
        },
        [&](stored_partition<int> part) {
          const std::lock_guard held(mutex);
          ++arrived;
          got.push_back(part.items[0]);
          return got.size() < 10;
        });
    CHECK(got == ints{2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    if (window != 0) CHECK(furthest < window + 1);
  }
}

/// A stage of the job that reads one node and keeps its partitions in reverse.
template <class T>
struct reversed final : stored_lineage<T> {
  explicit reversed(const lineage_ptr<T>& from) : stored_lineage<T>(from->home(), {from}, from->partitions()), base(*from) {}
  const lineage<T>& base;
  mutable int made = 0;
  const char* name() const override { return "reversed"; }
  stored_partitions<T> make(job& j) const override {
    ++made;
    auto all = collect_all(j, base, "reversed");
    std::reverse(all.begin(), all.end());
    return all;
  }
};

template <class T>
given<T>* strings(const std::shared_ptr<engine>& home) {  // its owner is the lineage_ptr made of it
  std::vector<std::vector<T>> parts(3);
  for (std::size_t p = 0; p < 3; ++p)
    for (int i = 0; i < 5; ++i)
      if constexpr (std::same_as<T, owner>)
        parts[p].push_back(std::make_unique<int>(static_cast<int>(10 * p) + i));
      else
        parts[p].push_back("a string that is too long for itself " + std::to_string(10 * p + static_cast<std::size_t>(i)));
  return new given<T>(home, std::move(parts));
}

TEST_CASE("stored lineage: made once a job; its one reader moves the elements out, where neither may be tried again") {
  struct reader {
    bool keeps, fragile;
    int readers;
    bool moves;
  };
  for (auto const& r : {reader{false, false, 1, true}, reader{true, false, 1, false}, reader{false, true, 1, false},
                        reader{false, false, 2, false}}) {
    CAPTURE(r.keeps);
    CAPTURE(r.fragile);
    CAPTURE(r.readers);
    const auto home = engine_of(2);
    const given<std::string>* const base = strings<std::string>(home);
    const auto node = std::make_shared<reversed<std::string>>(lineage_ptr<std::string>(base));
    {
      job j(*home, r.keeps);
      parents all(static_cast<std::size_t>(r.readers), node);
      struct top final : lineage_node {
        using lineage_node::lineage_node;
        const char* name() const override { return "top"; }
      };
      const top reads(home, all, 3);
      prepare(reads, j, r.fragile);
      CHECK((node->made == 1 && base->read == 3));
      const std::size_t before = home->memory().used();
      CHECK(before > 0);
      CHECK(j.made(*node).readers == static_cast<std::size_t>(r.readers));
      task t{&j};
      gathered<std::string> to;
      node->produce(t, 0, to);
      CHECK((to.all.size() == 5 && to.all[0].ends_with(" 20") && to.hint.n == 5));
      CHECK(t.consumed == r.moves);
      CHECK((home->memory().used() < before) == r.moves);
      gathered<std::string> again;
      node->produce(t, 0, again);
      CHECK(again.all.size() == (r.moves ? 0u : 5u));
    }
    CHECK(home->memory().used() == 0);
  }
  const auto home = engine_of(2);
  const auto node = std::make_shared<reversed<owner>>(lineage_ptr<owner>(strings<owner>(home)));
  job j(*home, true);
  prepare(*node, j, true);
  task t{&j};
  gathered<owner> to, again;
  node->produce(t, 2, to);
  CHECK((to.all.size() == 5 && *to.all[4] == 4 && t.consumed));
  CHECK_THROWS_AS(node->produce(t, 2, again), elements_taken);
}

// ---- lineage and job

/// A node that notes when it is prepared.
struct noting final : lineage_node {
  std::vector<std::size_t>* order;
  bool is_joint;
  noting(std::shared_ptr<engine> home, parents from, std::size_t n, std::vector<std::size_t>* to = nullptr, bool joint = false)
      : lineage_node(std::move(home), std::move(from), n), order(to), is_joint(joint) {}
  const char* name() const override { return "noting"; }
  bool joins() const override { return is_joint; }
  void plan(job& j, const reading& by, std::vector<reading>& into) const override {
    if (order != nullptr && j.plan(*this).readers++ > 0) return;
    lineage_node::plan(j, by, into);
  }
  void prepare(job&) const override {
    if (order != nullptr) order->push_back(ordinal());
  }
};
using noted = std::shared_ptr<const noting>;

TEST_CASE("lineage: nodes are prepared once, those that others stand on first, and told of in a text") {
  const auto home = engine_of(1);
  std::vector<std::size_t> order;
  const auto a = std::make_shared<noting>(home, parents{}, 1, &order);
  const auto b = std::make_shared<noting>(home, parents{a}, 2, &order);
  const auto plain = std::make_shared<noting>(home, parents{a}, 2);
  const auto c = std::make_shared<noting>(home, parents{plain, b, a}, 3, &order);
  job j(*home);
  prepare(*c, j, false);
  const std::size_t first = a->ordinal();
  CHECK(order == std::vector<std::size_t>{first, first + 1, first + 3});
  CHECK((j.made(*a).readers == 3 && j.made(*b).readers == 1));
  const auto number = [&](std::size_t i) { return "#" + std::to_string(first + i); };
  CHECK(explain(*c) == number(3) + " noting, 3 partitions <- " + number(2) + ", " + number(1) + ", " + number(0) + "\n" +
                           number(2) + " noting, 2 partitions <- " + number(0) + "\n" + number(1) +
                           " noting, 2 partitions <- " + number(0) + "\n" + number(0) + " noting, 1 partition\n");
  CHECK(partitions_of({a, b, c}) == 6);
}

TEST_CASE("lineage: what is joined is flat and in order; how deep a task may read is bounded") {
  const auto home = engine_of(1);
  const auto leaf = [&](std::size_t n) { return std::make_shared<noting>(home, parents{}, n); };
  const auto join = [&](parents of) { return std::make_shared<noting>(home, of, partitions_of(of), nullptr, true); };
  const auto a = leaf(1), b = leaf(0), c = leaf(5), d = leaf(2);
  const auto all = join({join({a, b}), c, join({join({d}), a})});
  std::vector<const lineage_node*> nodes;
  std::vector<std::size_t> begins{0};
  joined(*all, nodes, begins);
  CHECK(nodes == std::vector<const lineage_node*>{a.get(), b.get(), c.get(), d.get(), a.get()});
  CHECK(begins == std::vector<std::size_t>{0, 1, 1, 6, 8, 9});
  CHECK(all->partitions() == 9);

  noted deep = a;
  for (std::size_t i = 1; i < most_depth; ++i) deep = std::make_shared<noting>(home, parents{deep}, 1);
  job j(*home);
  CHECK_NOTHROW(prepare(*deep, j, false));
  CHECK_THROWS_AS(prepare(noting(home, {deep}, 1), j, false), leat::usage_error);
}

TEST_CASE("job: effects of tasks count at once where it keeps its inputs, else when it ends well") {
  struct counts final : effects::effect {
    int* to;
    explicit counts(int* n) : to(n) {}
    void commit() override { ++*to; }
  };
  const auto home = engine_of(1);
  for (const bool keeps : {true, false}) {
    int n = 0;
    {
      job j(*home, keeps);
      effects done;
      done.add(&n, std::make_unique<counts>(&n));
      CHECK(done.find(&n) != nullptr);
      CHECK(done.find(&j) == nullptr);
      j.take(std::move(done));
      CHECK(n == (keeps ? 1 : 0));
      j.commit();
      CHECK(n == 1);
      j.commit();
    }
    CHECK(n == 1);
  }
}

// ---- tasks

TEST_CASE("engine: a failure that may pass is tried again, four times in all, and others are not") {
  struct failing {
    unsigned times;
    bool may_pass, consumes, keeps;
    unsigned attempts;
    const char* says;  // null: it succeeds
  };
  for (auto const& f : {failing{0, true, false, true, 1, nullptr}, failing{1, true, false, true, 2, nullptr},
                        failing{3, true, false, true, 4, nullptr}, failing{4, true, false, true, 4, "failed in each of 4"},
                        failing{1, false, false, true, 1, "it cannot pass"}, failing{1, true, true, true, 1, "it may pass"},
                        failing{1, true, true, false, 1, "inputs"}})
    for (const bool within : {false, true}) {  // another task, whose thread it then runs in
      CAPTURE(f.times);
      CAPTURE(f.attempts);
      CAPTURE(within);
      const auto home = engine_of(2);
      job j(*home, f.keeps);
      std::mutex mutex;
      std::map<std::size_t, std::vector<unsigned>> attempts;
      std::set<std::uint64_t> seeds;
      std::vector<std::size_t> arrived;
      const auto attempt = [&](task& t) {
        const std::lock_guard held(mutex);
        CHECK((t.run.task && current_task() == &t && current_effects() == &t.done));
        attempts[t.partition()].push_back(t.run.attempt);
        seeds.insert(t.run.seed);
        t.consumed = f.consumes;
        if (t.partition() != 1 || t.run.attempt >= f.times) return;
        if (f.may_pass) throw leat::worker_died("it may pass", {});
        throw leat::usage_error("it cannot pass");
      };
      const auto arrives = [&](std::size_t p) {
        arrived.push_back(p);
        return true;
      };
      std::string text;
      const task_set inner{"inner", &j, 0, 3, attempt, arrives};
      try {
        const auto outer = [&](task&) { home->run(inner); };
        if (within)
          home->run({"outer", &j, 0, 1, outer, [](std::size_t) { return true; }});
        else
          home->run(inner);
      } catch (const inputs_consumed&) {
        text = "inputs";
      } catch (const leat::error& e) {
        text = e.what();
      }
      const std::size_t tries = attempts[1].size();
      if (!within || !f.may_pass || f.says == nullptr) {
        CHECK(tries == f.attempts);
        for (unsigned i = 0; i < tries; ++i) CHECK(attempts[1][i] == i);
      }
      if (f.says != nullptr) {
        CHECK(text.find(f.says) != text.npos);
        if (text != "inputs") CHECK(text.find("partition ") != text.npos);
        continue;
      }
      CHECK(text.empty());
      CHECK(arrived == std::vector<std::size_t>{0, 1, 2});
      CHECK(seeds.size() == 3);  // each partition's own, the same in all attempts
    }
}

TEST_CASE("engine: the failure of the lowest partition is thrown; what waits is not begun, and what runs is stopped") {
  const auto home = engine_of(2);
  job j(*home);
  std::mutex mutex;
  std::condition_variable changed;
  bool second = false;
  std::atomic<std::size_t> begun{0};
  const auto attempt = [&](task& t) {
    ++begun;
    if (t.partition() == 1) {
      {
        const std::lock_guard held(mutex);
        second = true;
        changed.notify_all();
      }
      while (!t.run.stopped()) std::this_thread::yield();
      throw leat::usage_error("the second");
    }
    std::unique_lock held(mutex);
    CHECK(changed.wait_for(held, std::chrono::seconds(30), [&] { return second; }));
    throw leat::usage_error("the first");
  };
  std::string text;
  try {
    home->run({"a test", &j, 0, 100, attempt, [](std::size_t) { return true; }});
  } catch (const leat::usage_error& e) {
    text = e.what();
  }
  CHECK(text.find("partition 0: the first") != text.npos);
  CHECK(begun == 2);
}

TEST_CASE("engine: enough ends it, and a failure where results arrive, too") {
  for (const bool throws : {false, true}) {
    const auto home = engine_of(1);
    job j(*home);
    std::size_t arrived = 0;
    const auto run = [&] {
      home->run({"a test", &j, 0, 1000, [](task&) {},
                 [&](std::size_t p) {
                   CHECK(p == arrived++);
                   if (throws && p == 4) throw std::logic_error("thrown where it arrives");
                   return p < 4;
                 },
                 2});
    };
    if (throws)
      CHECK_THROWS_AS(run(), std::logic_error);
    else
      run();
    CHECK(arrived == 5);
  }
}

TEST_CASE("engine: no action begins once it is closed") {
  const auto home = engine_of(1);
  {
    const engine::entry running(*home);
  }
  home->close();
  CHECK_THROWS_AS(engine::entry{*home}, leat::usage_error);
  home->close();
}

TEST_CASE("threads: no more than allowed, in the order of posting, each work once, and the end waits for all") {
  for (const std::size_t most : {1u, 3u}) {
    std::mutex mutex;
    ints done;
    std::size_t at_once = 0, peak = 0;
    std::set<std::thread::id> ids;
    {
      threads all(most);
      CHECK(!all.here());
      for (int i = 0; i < 100; ++i)
        all.post([&, i] {
          {
            const std::lock_guard held(mutex);
            CHECK(all.here());
            peak = std::max(peak, ++at_once);
            ids.insert(std::this_thread::get_id());
          }
          std::this_thread::yield();
          if (i == 50)
            all.post([&] {  // from within
              const std::lock_guard held(mutex);
              done.push_back(100);
            });
          const std::lock_guard held(mutex);
          --at_once;
          done.push_back(i);
        });
      all.join();
      CHECK(done.size() == 101);
      CHECK(all.refusal().empty());
    }
    CHECK((peak <= most && ids.size() <= most));
    if (most == 1) CHECK((done == up_to(101)));
    std::sort(done.begin(), done.end());
    CHECK(done == up_to(101));
  }
  std::mutex mutex;  // two that wait for each other need two threads
  std::condition_variable changed;
  int here = 0;
  threads two(2);
  for (int i = 0; i < 2; ++i)
    two.post([&] {
      std::unique_lock held(mutex);
      ++here;
      changed.notify_all();
      CHECK(changed.wait_for(held, std::chrono::seconds(30), [&] { return here == 2; }));
    });
  two.join();
  CHECK(here == 2);
}

}  // namespace
}  // namespace run_engine
