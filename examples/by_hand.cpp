// SPDX-License-Identifier: BSL-1.0
// What `numbers | filter(odd) | map(square) | sum()` is made of: its nodes, its loop and its pulled pass, written by hand.
#include <leat/native.hpp>

#include <concepts>
#include <cstdio>
#include <vector>

int main() {
  const std::vector<int> numbers{1, 2, 3, 4, 5};
  auto odd = [](int x) { return x % 2 != 0; };
  auto square = [](int x) { return x * x; };

  // `stage | stage` is a stage, a value that describes. It has seen no element type yet.
  auto pipeline = leat::filter(odd) | leat::map(square);
  std::printf("%d with |\n", numbers | pipeline | leat::sum());

  // Binding makes the nodes, from the last to the first, each for the elements that it takes. The sink's state stands outside.
  auto state = leat::core::make_state<int>(leat::sum());
  leat::core::state_node<decltype(state), int> sum{&state};
  leat::core::map_node<decltype(square), const int&, decltype(sum)> map{square, sum};
  leat::core::filter_node<decltype(odd), const int&, decltype(map)> chain{odd, map};
  static_assert(std::same_as<decltype(chain), decltype(pipeline.bind<const int&>(pipeline, sum))>);

  // Driving: one loop, which ends with the range or where a node says false.
  if (chain.start({}))  // {}: nothing is known of how many will come
    for (const int& x : numbers)
      if (!chain(x)) break;
  chain.finish();
  std::printf("%d by hand\n", state.result());

  // Pulling: the same nodes before a small buffer, and a loop that rests whenever there is something in it.
  leat::core::cursor<const std::vector<int>, decltype(pipeline)> pass(numbers, pipeline);
  for (; !pass.empty(); pass.next()) std::printf("[%d]", pass.front());
  std::puts(" pulled");
}
