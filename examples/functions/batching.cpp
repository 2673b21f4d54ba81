// SPDX-License-Identifier: BSL-1.0
// How many elements a function gets at once: as many as it takes to make its fixed cost small, or as many as is said.
#include <leat/leat.hpp>

#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

const auto model = leat::source_text(R"(
import time

def predict(xs):                     # costs 10 ms, however many there are
    time.sleep(0.01)
    return [2 * x for x in xs]

def sizes(xs):
    return [len(xs)]
)", "model.py");

int main() {
  using namespace std::chrono_literals;
  leat::python py{.workers = 2};
  std::vector<int> numbers(1000);
  for (int i = 0; i < 1000; ++i) numbers[static_cast<std::size_t>(i)] = i;

  // Learnt: the first batches are small, those of the next run are not.
  std::printf("sum    %d\n", numbers | py.map_batches<int>("predict", model) | leat::sum());

  // Asked for.
  for (int n : numbers | py.map_batches<int>("sizes", model).batch(400)) std::printf("batch  %d\n", n);
  auto soon = numbers | py.map_batches<int>("predict", model).batch(1, 100).latency(20ms);
  std::printf("sum    %d\n", soon | leat::sum());

  // Called with one argument by each of four threads, and with those of all of them in Python.
  const auto predict = py.batch_function<int(int)>("predict", model).gather(5ms, 64);
  std::vector<int> sums(4);
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < sums.size(); ++k)
    threads.emplace_back([&, k] {
      for (int i = 0; i < 10; ++i) sums[k] += predict(i);
    });
  for (auto& t : threads) t.join();
  std::printf("calls  %d %d %d %d\n", sums[0], sums[1], sums[2], sums[3]);
}
