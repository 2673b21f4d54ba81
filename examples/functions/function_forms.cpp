// SPDX-License-Identifier: BSL-1.0
// What a Python function can be: an expression, a name in a module, in a file or in a text, a class, bytes of a pickle.
#include <leat/leat.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  leat::python py{.imports = {"math"}};
  const std::vector<int> xs{1, 2, 3};

  for (double y : xs | py.map<double>("lambda x: math.sqrt(x) * k").bind("k", 10)) std::printf("%.1f ", y);
  for (double y : xs | py.map<double>("math:factorial")) std::printf("%.0f ", y);

  const auto source = leat::source_text(R"(
def divisors(n, but=0):                    # a generator function: for flat_map
    for d in range(1, n + 1):
        if n % d == 0 and d != but: yield d

class Scale:                               # made once per worker
    def __init__(self, by): self.by = by   # load the model here
    def __call__(self, x): return x * self.by
    def close(self): pass                  # called when the worker ends
)");
  for (int d : xs | py.flat_map<int>("divisors", source).bind("but", 1)) std::printf("%d ", d);
  for (int y : xs | py.map<int>("Scale", source).bind("by", 7)) std::printf("%d ", y);

  // Bytes that Python made elsewhere: pickle.dumps(bin, 0). cloudpickle.dumps takes lambdas and closures, too.
  const leat::pickled_function binary(std::string("cbuiltins\nbin\n."));
  for (auto const& y : xs | py.map<std::string>(binary)) std::printf("%s ", y.c_str());
  std::puts("");
}
