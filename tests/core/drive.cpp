// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <unistd.h>

namespace core_drive {
namespace {

/// A stage with work elsewhere: counts its turns, and writes the next piece of text into a pipe on each.
struct worker_node_base : leat::core::background {
  int out = -1;
  std::vector<std::string>* pieces = nullptr;
  int* turns = nullptr;

  int descriptors(std::vector<pollfd>& into) override {
    if (*turns % 2 == 0) return 1;  // nothing, but a turn all the same
    int ready[2];
    if (::pipe(ready) != 0) return 0;
    ::close(ready[1]);
    into.push_back({ready[0], POLLIN, 0});  // at its end: always ready
    opened.push_back(ready[0]);
    return -1;
  }
  bool turn() override {
    for (int fd : opened) ::close(fd);
    opened.clear();
    ++*turns;
    if (pieces->empty()) {
      ::close(out);
    } else {
      const std::string text = pieces->front();
      pieces->erase(pieces->begin());
      if (::write(out, text.data(), text.size()) < 0) return false;
    }
    return true;
  }
  std::vector<int> opened{};
};

struct worker : leat::stage_base {
  int out;
  std::vector<std::string>* pieces;
  int* turns;
  worker(int fd, std::vector<std::string>* p, int* t) : out(fd), pieces(p), turns(t) {}
  template <class In>
  using result = In;
  template <class In>
  static consteval bool accepts() {
    return true;
  }
  template <class In, class Next>
  struct node : worker_node_base {
    Next next;
    node(const worker& w, Next n) : next(std::move(n)) {
      out = w.out;
      pieces = w.pieces;
      turns = w.turns;
    }
    bool start(leat::start_info n) {
      n.run->join(*this);
      return next.start(n);
    }
    bool operator()(In&& x) { return next(std::forward<In>(x)); }
    void finish() { next.finish(); }
  };
  template <class In, class Self, class Next>
  static node<In, Next> bind(Self&& self, Next next) {
    return {self, std::move(next)};
  }
};

TEST_CASE("while a source waits for input, stages with work elsewhere get its time, however the lines arrive") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  // Nothing is in the pipe but what the stage's own turns put there: a source that blocked would never return.
  std::vector<std::string> pieces{"on", "e\r", "\ntwo\nthr", "", "ee\nlast"};
  int turns = 0;
  auto all = leat::lines(ends[0]) | worker(ends[1], &pieces, &turns) | leat::to_vector();
  CHECK(all == std::vector<std::string>{"one", "two", "three", "last"});
  CHECK(turns == 6);
  ::close(ends[0]);
}

}  // namespace
}  // namespace core_drive
