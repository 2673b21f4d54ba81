// SPDX-License-Identifier: BSL-1.0
// What the tests of Python stages share: folders, quiet options, a log that keeps its lines, and a look at /proc.
#ifndef LEAT_TESTS_PYTHON_SUPPORT_HPP
#define LEAT_TESTS_PYTHON_SUPPORT_HPP

#include <leat/core/error.hpp>
#include <leat/python/call.hpp>
#include <leat/python/generate.hpp>
#include <leat/python/python.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "../volume.hpp"

namespace support {

/// A folder of its own, removed at the end.
class folder {
 public:
  folder() {
    std::string name = (std::filesystem::temp_directory_path() / "leat-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  folder(const folder&) = delete;
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  bool has(const std::string& name) const { return std::filesystem::exists(*this / name); }

  std::string write(const std::string& name, const std::string& text, bool executable = false) const {
    const std::string file = *this / name;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    std::ofstream(file, std::ios::binary) << text;
    ::chmod(file.c_str(), executable ? 0755 : 0644);
    return file;
  }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(*this / name, std::ios::binary).rdbuf();
    return text.str();
  }

 private:
  std::string path_;
};

/// Polls until `f()` holds; false when it did not in time, which is meant to catch hangs only.
template <class F>
bool eventually(F f, std::chrono::milliseconds deadline = std::chrono::seconds(30)) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!f()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

/// The real interpreter that the tests run with.
inline std::string interpreter() {
  const char* const name = std::getenv("LEAT_PYTHON");
  return std::filesystem::absolute(name != nullptr && *name != '\0' ? name : "/usr/bin/python3").string();
}

/// Options that drop what workers print.
inline leat::python_options quiet(std::size_t workers = 2) {
  leat::python_options options;
  options.workers = workers;
  options.log = [](const leat::log_record&) {};
  return options;
}

/// Keeps what workers print.
class log_lines {
 public:
  leat::log_callback callback() {
    return [this](const leat::log_record& r) {
      const std::lock_guard held(mutex_);
      records_.push_back(r);
    };
  }
  std::vector<leat::log_record> all() const {
    const std::lock_guard held(mutex_);
    return records_;
  }
  std::size_t count(const std::string& text) const {
    const auto records = all();
    return static_cast<std::size_t>(
        std::count_if(records.begin(), records.end(), [&](auto const& r) { return r.text == text; }));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<leat::log_record> records_;
};

/// Sends SIGKILL, but never to a group of processes: a pid that is not known (-1) would mean all of the machine.
inline void end(pid_t pid, int signal = SIGKILL) {
  REQUIRE(pid > 1);
  ::kill(pid, signal);
}

inline std::vector<pid_t> processes() {
  std::vector<pid_t> all;
  std::error_code ignored;
  for (auto const& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") == std::string::npos) all.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return all;
}

inline std::string proc_text(pid_t pid, const char* file) {
  std::ostringstream text;
  text << std::ifstream("/proc/" + std::to_string(pid) + "/" + file, std::ios::binary).rdbuf();
  return text.str();
}

inline std::string executable_of(pid_t pid) {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", ignored).string();
}

/// Processes that were started with NAME=value in their environment and run another program than this one.
inline std::vector<pid_t> marked(const std::string& entry) {
  std::vector<pid_t> all;
  const std::string self = executable_of(::getpid());
  for (const pid_t pid : processes()) {
    const std::string environment = std::string(1, '\0') + proc_text(pid, "environ");
    if (environment.find('\0' + entry + '\0') == std::string::npos) continue;
    if (executable_of(pid) != self) all.push_back(pid);
  }
  return all;
}

/// The state letter and the parent of a process; a space and -1 where there is none.
inline std::pair<char, pid_t> state_of(pid_t pid) {
  const std::string stat = proc_text(pid, "stat");
  const auto end = stat.rfind(')');
  char state = ' ';
  pid_t parent = -1;
  if (end != std::string::npos) std::istringstream(stat.substr(end + 1)) >> state >> parent;
  return {state, parent};
}

inline bool alive(pid_t pid) {
  const char state = state_of(pid).first;
  return state != ' ' && state != 'Z' && state != 'X';
}

/// This process's children, zombies included, but without the one that a sanitizer starts to name a place in the code.
inline std::size_t children() {
  std::size_t n = 0;
  for (const pid_t pid : processes())
    n += state_of(pid).second == ::getpid() && proc_text(pid, "comm").find("symbolizer") == std::string::npos;
  return n;
}

inline std::size_t descriptors() {
  std::size_t n = 0;
  for ([[maybe_unused]] auto const& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++n;
  return n - 1;
}

/// Whether memory figures mean nothing: sanitizers keep what was freed.
using test::sanitized;

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// What `f()` throws as an `E`; fails the test where it throws nothing or something else.
template <class E, class F>
E thrown(F f) {
  try {
    f();
  } catch (const E& e) {
    return e;
  } catch (const std::exception& e) {
    FAIL("another exception: " << std::string(e.what()));
  }
  FAIL("nothing was thrown");
  std::abort();
}

inline std::vector<int> up_to(int n) {
  std::vector<int> all(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) all[static_cast<std::size_t>(i)] = i;
  return all;
}

}  // namespace support

#endif
