// SPDX-License-Identifier: BSL-1.0
// Python functions of many elements: map_batches of a batch, map_partitions of a stream, generate of none.
#include <leat/leat.hpp>

#include <cstdio>
#include <string>
#include <vector>

const auto source = leat::source_text(R"(
def running(numbers):                      # an iterator over the whole stream, or over a partition
    total = 0
    for n in numbers:
        total += n
        yield total

def countdown(n):
    while n:
        yield n
        n -= 1
)");

int main() {
  const leat::python py(leat::python_setup().workers(2));
  const leat::context ctx({.slots = 2});
  const std::vector<int> xs{1, 2, 3, 4};

  for (int y : xs | py.map_batches<int>("lambda batch: [2 * x for x in batch]")) std::printf("%d ", y);
  for (int y : xs | py.map_batches<int>("lambda batch: (x for x in batch if x % 2)")) std::printf("%d ", y);  // another number
  std::puts("");

  for (int y : xs | py.map_partitions<int>("running", source)) std::printf("%d ", y);
  for (int y : ctx.parallelize(xs, 2) | py.map_partitions<int>("running", source) | leat::to_vector()) std::printf("%d ", y);
  const std::vector<int> none;
  for (int y : none | py.map_partitions<int>("lambda it: [sum(it)]")) std::printf("%d ", y);  // called, with nothing to read
  std::puts("");

  for (int n : py.generate<int>("countdown", source).bind("n", 3)) std::printf("%d ", n);
  for (int n : py.generate<int>("lambda i: [i] * i", 4)) std::printf("%d ", n);  // of 0 to 3, one after the other
  for (int n : py.generate<int>("lambda: iter(int, 1)") | leat::take(3))
    std::printf("%d ", n);  // endless, and closed after three
  std::puts("");
}
