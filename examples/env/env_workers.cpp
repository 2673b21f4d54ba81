// SPDX-License-Identifier: BSL-1.0
// A hook for each worker, a variable that differs by worker, and a limit to memory.
#include <leat/leat.hpp>

#include <iostream>
#include <set>

int main() {
  const leat::python py{{
      .imports = {"os", "time"},
      .worker_variables = {{"CUDA_VISIBLE_DEVICES", {"0", "1"}}},
      .init = {"begin", leat::source_text("import builtins\ndef begin():\n    builtins.model = len\n")},
      .workers = 2,
      .memory = 512 << 20,
      .idle_timeout = std::chrono::minutes(5),
  }};
  const auto devices =
      leat::iota(0, 40) | py.map<std::string>("lambda x: time.sleep(0.01) or os.environ['CUDA_VISIBLE_DEVICES']");
  for (auto const& device : devices | leat::to<std::set>()) std::cout << "device " << device << '\n';
  std::cout << (std::vector<std::string>{"a", "bcd"} | py.map<int>("lambda s: model(s)") | leat::sum()) << '\n';

  try {
    std::cout << (leat::iota(0, 1) | py.map<long>("lambda _: len(b'x' * (1 << 30))") | leat::sum()) << '\n';
  } catch (const leat::python_error& e) {
    std::cout << e.type() << '\n';
  }
}
