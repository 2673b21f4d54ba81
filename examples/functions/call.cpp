// SPDX-License-Identifier: BSL-1.0
// A Python function called like one of C++: one call, several at once, many records; from any thread, with a deadline.
#include <leat/leat.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

const auto model = leat::source_text(R"(
import time

class Model:
    def __init__(self, scale): self.scale = scale      # once per worker
    def __call__(self, text, weight):                  # once per call
        if not text: raise ValueError('nothing to score')
        if text == 'slow': time.sleep(60)
        return self.scale * weight * len(text)
)", "model.py");

int main() {
  using namespace std::chrono_literals;
  leat::python py{.workers = 2};
  auto score = py.function<double(std::string, int)>("Model", model).bind("scale", 0.5);

  std::printf("one call    %.1f\n", score("hello", 3));

  auto first = score.async("a", 1), second = score.async("bc", 1);  // both run now
  std::printf("two at once %.1f %.1f\n", first.get(), second.get());

  std::vector<std::tuple<std::string, int>> records{{"x", 1}, {"yy", 2}, {"zzz", 3}};
  for (double s : score.batch(records)) std::printf("of a batch  %.1f\n", s);

  std::vector<double> sums(4);
  std::vector<std::thread> threads;  // more than workers: their calls wait, and go to them in batches
  for (std::size_t k = 0; k < sums.size(); ++k)
    threads.emplace_back([&, k] {
      for (int i = 0; i < 100; ++i) sums[k] += score("ab", static_cast<int>(k));
    });
  for (auto& t : threads) t.join();
  std::printf("threads     %.0f %.0f %.0f %.0f\n", sums[0], sums[1], sums[2], sums[3]);

  try {
    score("", 1);
  } catch (const leat::python_error& e) {
    std::printf("raised      %s: %s\n", e.type().c_str(), e.python_message().c_str());
  }
  try {
    score.within(100ms)("slow", 1);
  } catch (const leat::worker_timeout&) {
    std::printf("too slow    its worker was killed\n");
  }
  std::printf("the next    %.1f\n", score("hello", 3));
}
