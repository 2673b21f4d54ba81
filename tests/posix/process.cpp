// SPDX-License-Identifier: BSL-1.0
#include <leat/posix/process.hpp>

#include <boost/version.hpp>

#include <fcntl.h>
#include <sys/wait.h>

#include "../python/support.hpp"

namespace posix_process {
namespace {

using leat::python_detail::descriptor;
using leat::python_detail::process_plan;
using leat::python_detail::start_process;
using namespace support;

struct outcome {
  int status;
  std::string output;
};

/// Runs a shell script as the daemon would be started; descriptor 1 is read here.
outcome run(const std::string& script, std::vector<std::string> environment = {"PATH=/usr/bin:/bin"}) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const descriptor in(ends[0]);
  descriptor out(ends[1]);
  process_plan plan{"/bin/sh", {"-c", script}, std::move(environment), {-1, out.get(), out.get(), out.get(), -1}};
  const pid_t pid = start_process(plan);
  out.reset();
  outcome result{0, {}};
  char block[4096];
  for (ssize_t n = 0; (n = ::read(in.get(), block, sizeof block)) > 0;)
    result.output.append(block, static_cast<std::size_t>(n));
  REQUIRE(::waitpid(pid, &result.status, 0) == pid);
  return result;
}

TEST_CASE("the process library is the one that needs no linking, or the one that is asked for") {
#if defined(LEAT_BOOST_PROCESS_V2)
  CHECK(leat::python_detail::process_library() == (BOOST_VERSION >= 108100 ? 2 : 1));
#else
  CHECK(leat::python_detail::process_library() == 1);
#endif
}

TEST_CASE("a process gets its arguments, its whole environment and five descriptors") {
  CHECK(run("echo \"$A-$B\"", {"A=1", "B=two words"}).output == "1-two words\n");
  CHECK(run("echo out; echo err >&2; echo three >&3").output == "out\nerr\nthree\n");
  CHECK(run("cat").output == "");  // /dev/null
  CHECK(run("exit 7").status == 7 << 8);
}

TEST_CASE("a process starts with default signal handling and no blocked signal") {
  struct sigaction ignored{}, before{};
  ignored.sa_handler = SIG_IGN;
  REQUIRE(::sigaction(SIGPIPE, &ignored, &before) == 0);
  sigset_t all, mask;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &mask);
  const std::string output = run("grep -E '^Sig(Blk|Ign)' /proc/self/status").output;
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  sigset_t after;
  run("exit");
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  CHECK(::sigismember(&after, SIGTERM) == ::sigismember(&mask, SIGTERM));
  ::sigaction(SIGPIPE, &before, nullptr);
  CHECK(contains(output, "SigBlk:\t0000000000000000"));
  std::istringstream words(output.substr(output.find("SigIgn:") + 7));
  unsigned long bits = 0;
  words >> std::hex >> bits;
  CHECK((bits & (1ul << (SIGPIPE - 1))) == 0);
}

TEST_CASE("a process adopts its orphans") {
  // The orphan waits until its parent, whose pid it knows, has ended, and then says who its parent is.
  const std::string output = run("echo $$; sh -c '(parent=$$; while [ -d /proc/$parent ]; do :; done; exec cut -d\" \" -f4 "
                                 "/proc/self/stat) & exit' ; sleep 1")
                                 .output;
  std::istringstream lines(output);
  pid_t self = 0, adopted = 0;
  lines >> self >> adopted;
  CHECK(self > 0);
  CHECK(adopted == self);
}

TEST_CASE("descriptors that stand on one another's targets arrive right") {
  int first[2], second[2];
  REQUIRE(::pipe2(first, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(second, O_CLOEXEC) == 0);
  const descriptor in1(first[0]), in2(second[0]);
  descriptor out1(first[1]), out2(second[1]);
  process_plan plan{"/bin/sh", {"-c", "echo three >&3; echo four >&4"}, {}, {-1, -1, -1, out1.get(), out2.get()}};
  const pid_t pid = start_process(plan);
  out1.reset();
  out2.reset();
  char block[64];
  const ssize_t n1 = ::read(in1.get(), block, sizeof block);
  CHECK(std::string(block, static_cast<std::size_t>(std::max<ssize_t>(n1, 0))) == "three\n");
  const ssize_t n2 = ::read(in2.get(), block, sizeof block);
  CHECK(std::string(block, static_cast<std::size_t>(std::max<ssize_t>(n2, 0))) == "four\n");
  ::waitpid(pid, nullptr, 0);
}

TEST_CASE("what cannot be executed is named, and no process or descriptor is left") {
  const folder temp;
  const std::string plain = temp.write("plain", "not a program", true);
  const std::size_t open = descriptors(), kids = children();
  for (const std::string& what : {std::string("/no/such/program"), temp.path(), plain}) {
    CAPTURE(what);
    const auto e = thrown<leat::start_failed>([&] { start_process({what, {}, {}, {-1, -1, -1, -1, -1}}); });
    CHECK(contains(e.what(), what));
    CHECK(contains(e.what(), "LEAT_PYTHON"));
  }
  CHECK(descriptors() == open);
  CHECK(children() == kids);
}

}  // namespace
}  // namespace posix_process
