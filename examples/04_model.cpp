// SPDX-License-Identifier: BSL-1.0
// A class is made once per worker: load the model there, score every record with it.
#include <leat/leat.hpp>

#include <cstdio>
#include <string>
#include <vector>

const auto model = leat::source_text(R"(
class Sentiment:
    def __init__(self, scale):          # once per worker
        self.weights = {'good': 1.0, 'great': 2.0, 'bad': -1.0, 'awful': -2.0}
        self.scale = scale
    def __call__(self, text):           # once per record
        return self.scale * sum(self.weights.get(w, 0.0) for w in text.lower().split())
)", "sentiment.py");

int main() {
  leat::python py{.workers = 2};
  std::vector<std::string> reviews{"A great film", "Bad plot and awful acting", "Good enough"};
  auto scores = reviews | py.map<double>("Sentiment", model).bind("scale", 0.5) | leat::to_vector();
  for (std::size_t i = 0; i < reviews.size(); ++i) std::printf("%5.2f  %s\n", scores[i], reviews[i].c_str());
}
