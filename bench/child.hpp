// SPDX-License-Identifier: BSL-1.0
// A process with a pipe at each end, for the peers of a bench.
#ifndef LEAT_BENCH_CHILD_HPP
#define LEAT_BENCH_CHILD_HPP

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

/// The interpreter of all peers and workers: $LEAT_PYTHON or /usr/bin/python3.
inline std::string interpreter() {
  const char* given = std::getenv("LEAT_PYTHON");
  return given && *given ? given : "/usr/bin/python3";
}

class child {
 public:
  /// How it starts: posix_spawn, or fork and exec, whose cost grows with this process.
  enum class start { spawn, fork };

  explicit child(std::vector<std::string> arguments, start how = start::spawn) {
    std::vector<char*> argv;
    for (auto& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) fail("pipe");
    if (how == start::fork) {
      pid_ = ::fork();
      if (pid_ == 0) {
        ::dup2(in[0], 0);
        ::dup2(out[1], 1);
        ::execv(argv[0], argv.data());
        ::_exit(127);
      }
    } else {
      posix_spawn_file_actions_t actions;
      ::posix_spawn_file_actions_init(&actions);
      ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
      ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
      if (::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) != 0) pid_ = -1;
      ::posix_spawn_file_actions_destroy(&actions);
    }
    if (pid_ < 0) fail(argv[0]);
    ::close(in[0]);
    ::close(out[1]);
    in_ = in[1];
    out_ = ::fdopen(out[0], "r");
  }
  child(const child&) = delete;
  ~child() { wait(); }

  void say(const std::string& line) {
    if (::write(in_, (line + "\n").data(), line.size() + 1) < 0) fail("write");
  }
  /// The next line that it prints; ends the program where there is none.
  std::string line() {
    char text[256];
    if (!std::fgets(text, sizeof text, out_)) fail("a peer ended before it answered");
    return text;
  }
  /// Closes its input and waits for its end.
  void wait() {
    if (pid_ < 0) return;
    ::close(in_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    std::fclose(out_);
    pid_ = -1;
  }

 private:
  [[noreturn]] static void fail(const char* what) {
    std::perror(what);
    std::exit(1);
  }

  pid_t pid_ = -1;
  int in_ = -1;
  FILE* out_ = nullptr;
};

}  // namespace bench

#endif
