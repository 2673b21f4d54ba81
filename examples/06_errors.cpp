// SPDX-License-Identifier: BSL-1.0
// Failures arrive as C++ exceptions that say where and why; the workers stay usable.
#include <leat/leat.hpp>

#include <cstdio>
#include <vector>

int main() {
  leat::python py{.workers = 2, .log = [](const leat::log_record&) {}};
  std::vector<int> numbers{4, 2, 0, 1};

  try {
    numbers | py.map<double>("lambda x: 1 / x") | leat::to_vector();
  } catch (const leat::python_error& e) {
    std::printf("%s in %s, record %zu\n", e.type().c_str(), e.where().stage.c_str(), *e.where().record);
  }
  try {
    numbers | py.map<int>("lambda x: x / 2") | leat::to_vector();
  } catch (const leat::conversion_error& e) {
    std::printf("expected %s, got %s %s\n", e.expected().c_str(), e.python_type().c_str(), e.repr().c_str());
  }
  try {
    numbers | py.map<int>("lambda x: x +") | leat::to_vector();
  } catch (const leat::start_failed& e) {
    std::printf("%s\n", e.where().stage.c_str());
  }
  try {
    numbers | py.map<int>("os:_exit") | leat::to_vector();  // the worker dies; a fresh one is tried, up to a limit
  } catch (const leat::worker_exited& e) {
    std::printf("exit code %d\n", e.code());
  }
  std::printf("%d\n", numbers | py.map<int>("lambda x: x + 1") | leat::sum());
}
