// SPDX-License-Identifier: BSL-1.0
// Values that all workers share, a count that all add to, and what a function learns of where it runs.
#include <leat/leat.hpp>

#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <vector>

const auto source = leat::source_text(R"(
import leat

def price(fruit, prices, rates, unknown):
    if fruit not in prices:
        unknown.add(1)
        leat.log(f'no price for {fruit} in partition {leat.context().partition}')
        return 0.0
    return prices[fruit] * rates[1]
)");

void run(const leat::python<>& py) {
  const auto prices = py.broadcast(std::map<std::string, double>{{"fig", 0.5}, {"kiwi", 0.25}});  // a dict in Python
  const std::vector<double> rates{1.0, 1.1};
  const auto array = py.broadcast(std::span(rates));  // numbers over the shared memory, without a copy
  const leat::accumulator<long> unknown("unknown fruits");

  const leat::context ctx({.slots = 2});
  const std::vector<std::string> fruits{"fig", "kiwi", "durian", "fig"};
  auto price = py.map<double>("price", source).bind("prices", prices).bind("rates", array).bind("unknown", unknown);
  const double sum = ctx.parallelize(fruits, 2) | price | leat::sum();
  std::printf("%.3f, unknown: %ld\n", sum, unknown.value());

  prices.destroy();
  try {
    (void)(fruits | price | leat::sum());
  } catch (const leat::usage_error& e) {
    std::printf("%s\n", e.what());
  }
}

int main() {
  std::vector<std::string> log;  // complete when the workers have ended
  run(leat::python{.workers = 2, .log = [&](const leat::log_record& r) { log.push_back(r.text); }});
  for (auto const& line : log) std::printf("log: %s\n", line.c_str());
}
