// SPDX-License-Identifier: BSL-1.0
// What the tests of calls share.
#ifndef LEAT_TESTS_PYTHON_TRACES_HPP
#define LEAT_TESTS_PYTHON_TRACES_HPP

#include <leat/python/async.hpp>

#include <future>

#include "support.hpp"

namespace support {

/// A module whose functions leave a line in a file each time that they run.
class traces {
 public:
  leat::python_source source(const std::string& more = {}) const {
    return leat::source_text("import os, time\nTRACE = '" + file_ + "'\n" +
                             "def note(x):\n    with open(TRACE, 'a') as file: file.write(f'{x}\\n')\n" + more);
  }
  std::vector<std::string> lines() const {
    std::ifstream in(file_);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  std::size_t count(const std::string& line) const {
    const auto all = lines();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), line));
  }

 private:
  folder temp_{};
  std::string file_ = temp_ / "trace";
};

/// Whether the answer comes before a test must give up.
template <class T>
bool ready(std::future<T>& f) {
  return f.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
}

}  // namespace support

#endif
