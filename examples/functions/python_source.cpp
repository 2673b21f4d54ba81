// SPDX-License-Identifier: BSL-1.0
// Python functions as sources: a generator in a worker feeds a pipeline, no faster than that reads.
#include <leat/leat.hpp>

#include <cstdio>
#include <string>

int main() {
  leat::python py;
  const auto source = leat::source_text(R"(
def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b

def page(n, size):                       # such as a page of a web service's answers
    for i in range(size): yield f'row {n}.{i}'
)");
  for (long n : py.generate<long>("fibonacci", source) | leat::filter([](long x) { return x % 2 == 0; }) | leat::take(6))
    std::printf("%ld ", n);  // the generator is infinite; it is closed when six are enough
  std::puts("");

  auto pages = py.generate<std::string>("page", source, 3).bind("size", 2);  // page(0), page(1), page(2)
  for (auto const& row : pages) std::printf("%s, ", row.c_str());
  std::puts("");

  const leat::context ctx;
  std::printf("%zu rows in %zu tasks\n", static_cast<std::size_t>(ctx.from(pages) | leat::count()), pages.partitions());
}
