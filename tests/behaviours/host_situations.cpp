// SPDX-License-Identifier: BSL-1.0
// What may befall the program that uses leat: limits, signals, descriptors, interpreters, variables, callbacks. Each situation
// is a line: what happens in a process of its own, and what comes of it; afterwards nothing of it may be left.
#include <leat/python/async.hpp>
#include <leat/python/python.hpp>
#include <leat/sink/sum.hpp>
#include <leat/sink/to_vector.hpp>
#include <leat/sink/write_lines.hpp>

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstddef>
#include <cstring>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../python/support.hpp"

namespace behaviours_host_situations {
namespace {

using namespace support;
using ints = std::vector<int>;
using std::string;
using namespace std::chrono_literals;

// ---- what situations are made of, in the process of its own

string home;  // a folder for it

leat::python_options given() {
  auto options = quiet(2);
  options.imports = {"os", "sys", "time", "signal", "subprocess"};
  return options;
}
leat::python_options named(const string& interpreter) {
  auto options = given();
  options.interpreter = interpreter;
  options.start_timeout = 20s;
  return options;
}
leat::python_options soon(std::chrono::milliseconds start = 600ms) {
  auto options = given();
  options.start_timeout = start;
  options.attempts = 1;
  return options;
}
string sum(const leat::python<>& py, const char* f = "lambda x: x") {
  return std::to_string(ints{1, 2, 3} | py.map<long>(f) | leat::sum());
}
string works() { return sum(leat::python(given())); }

void limit(decltype(RLIMIT_NOFILE) which, rlim_t most) {
  rlimit now{};
  ::getrlimit(which, &now);
  now.rlim_cur = most;
  ::setrlimit(which, &now);
}
void handle(int signal, void (*how)(int)) { std::signal(signal, how); }
string with_variable(const char* name, const char* value) {
  ::setenv(name, value, 1);
  return works();
}
string program(const char* name, const string& text) {
  const string path = home + "/" + name;
  std::ofstream(path) << text;
  ::chmod(path.c_str(), 0755);
  return path;
}
string with_program(const string& text, std::chrono::milliseconds start = 20s) {
  auto options = named(program("python3", text));
  options.start_timeout = start;
  return sum(leat::python(options));
}
string with_python(const string& version) {
  const char* const folder = std::getenv("HOME");
  std::error_code none;
  for (auto const& entry :
       std::filesystem::directory_iterator(string(folder != nullptr ? folder : "") + "/.pyenv/versions", none))
    if (entry.path().filename().string().rfind(version, 0) == 0) return sum(leat::python(named(entry.path().string())));
  return "skipped: no Python " + version;
}
/// An empty file system in a folder's place, for this process and those that it starts.
bool mounted(const char* folder, const char* options) {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("none", folder, "tmpfs", 0, options) == 0;
}
void tell(const char* name, const string& text) {
  std::ofstream(home + "/" + name + ".new") << text;
  std::filesystem::rename(home + "/" + name + ".new", home + "/" + name);
}
void close_all(int from = 3) {
  for (int fd = from; fd < 256; ++fd) ::close(fd);
}

bool filter(sock_filter* code, std::size_t n) {
  const sock_fprog all{static_cast<unsigned short>(n), code};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) == 0;
}
/// From here on, the kernel has no such call.
bool lacks(unsigned call) {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  return filter(code, std::size(code));
}
/// From here on, clone with this flag (or without it) finds no room.
bool forbid(unsigned flags, bool set) {
  const auto arguments = static_cast<unsigned>(offsetof(seccomp_data, args));
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),  // whose flags a filter cannot see
#if defined(__NR_fork)
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_fork, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, set ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EAGAIN),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_vfork, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, set ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EAGAIN),
#endif
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arguments),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, static_cast<std::uint8_t>(set), static_cast<std::uint8_t>(!set)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
  };
  return filter(code, std::size(code));
}

const auto leaving = leat::source_text(R"(
import multiprocessing, os, subprocess, time
def work(x, home):
    subprocess.Popen(['sleep', '1000'])
    subprocess.Popen(['sleep', '1000'], start_new_session=True)
    pool = multiprocessing.get_context('fork').Pool(2)
    pool.map(abs, [1, 2])
    open(home + '/begun.new', 'w').close()
    os.rename(home + '/begun.new', home + '/begun')
    time.sleep(1000)
def slow(it, home):
    for x in it:
        if x == 1:
            open(home + '/begun.new', 'w').close()
            os.rename(home + '/begun.new', home + '/begun')
            while not os.path.exists(home + '/go'): time.sleep(0.001)
        yield x
def made(home): return slow(range(4), home)
)");
string busy() {
  const leat::python py(soon(30s));
  return std::to_string(ints{1} | py.map<long>("work", leaving).bind("home", home) | leat::sum());
}
/// Two streams that cannot begin again, in the middle of which the signal comes.
string streams() {
  const leat::python py(given());
  const long a = ints{1, 2, 3} | py.map_partitions<long>("slow", leaving).bind("home", home) | leat::sum();
  const long b = py.generate<long>("made", leaving).bind("home", home) | leat::sum();
  return std::to_string(a + b);
}
string nohup() {
  handle(SIGHUP, SIG_IGN);
  return streams();
}
string judged() {
  handle(SIGINT, [](int) {});
  return streams();
}
/// In the foreground of a terminal, whose other end the test has.
template <string (*Body)()>
string in_terminal() {
  ::setsid();
  const int terminal = ::open(std::getenv("LEAT_TEST_TERMINAL"), O_RDWR);  // the first one that a session's leader opens
  if (terminal < 0) return string("no terminal: ") + std::strerror(errno);
  return Body();
}
/// How workers and what they start meet a signal: ignored, default or handled.
string met(int signal) {
  const leat::python py(given());
  const string bit = std::to_string(1ull << (signal - 1));
  const string f =
      "lambda _: int(subprocess.run(['grep', 'SigIgn', '/proc/self/status'], capture_output=True).stdout.split()[1], "
      "16) & " +
      bit + " and 1";
  return std::to_string(ints{0} | py.map<long>(f) | leat::sum());
}

/// The callback of a log that is called once; what a run makes of it.
template <class F>
string called(F f, const char* text = "lambda x: (os.write(1, b'a line\\n'), x)[1]") {
  auto options = given();
  auto once = std::make_shared<std::atomic<bool>>(false);
  auto over = std::make_shared<std::atomic<bool>>(false);
  auto py = std::make_shared<std::shared_ptr<leat::python<>>>();
  options.log = [=](const leat::log_record&) {
    if (once->exchange(true)) return;
    struct at_end {
      std::atomic<bool>& flag;
      ~at_end() { flag = true; }
    } const end{*over};
    f(*py);
  };
  *py = std::make_shared<leat::python<>>(options);
  try {
    string result = sum(**py, text);
    if (!eventually([&] { return over->load(); })) return "the callback has not come back";
    if (*py) result = sum(**py, "lambda x: x + 1");
    return result;
  } catch (int thrown) {
    return "threw " + std::to_string(thrown);
  }
}

// ---- the situations

struct situation {
  const char* name;
  string (*body)();
  const char* expected;  // in what it returns or throws; "ended" where it does neither; before a | comes an alternative
  int signal = 0;        // sent to its process group once it has begun; -1: its terminal is closed; -2: Ctrl-C is typed there
};

const char* const files = "File too large: raise this process's limit of a file's size (ulimit -f, RLIMIT_FSIZE), which is ";
const char* const tasks = "Resource temporarily unavailable: raise the limit of processes and threads (ulimit -u, RLIMIT_NPROC";
const char* const no_fork =
    "import os\ndef fork(): raise BlockingIOError(11, 'Resource temporarily unavailable')\nos.fork = fork\n";
const char* const robbed = "this program has closed descriptors that its Python environment needs";

// clang-format off
const situation situations[] = {
    {"nothing", works, "6"},

    {"no file may grow", [] { limit(RLIMIT_FSIZE, 0); return works(); }, files},
    {"a broadcast beyond the limit of files",
     [] { const leat::python py(given()); limit(RLIMIT_FSIZE, 1000); py.broadcast(string(100'000, 'x')); return string(); }, files},
    {"a bound value beyond the limit of files", [] {
       const leat::python py(given());
       limit(RLIMIT_FSIZE, 1000);
       return std::to_string(ints{1} | py.map<long>("lambda x: len(k)").bind("k", string(100'000, 'x')) | leat::sum());
     }, files},
    {"slots beyond the limit of files: the batches go by the socket", [] {
       leat::python<> py(given());
       limit(RLIMIT_FSIZE, 1000);
       const std::vector<double> many(300'000, 1.0);
       return std::to_string(std::lround(many | py.map_batches<double>("lambda x: [v for v in x]") | leat::sum()));
     }, "300000"},
    {"an inline_file beyond the limit of files", [] {
       auto options = given();
       options.files = {leat::inline_file("a.txt", string(3'000'000, 'x'))};
       limit(RLIMIT_FSIZE, 1'000'000);
       return sum(leat::python(options));
     }, files},
    {"write_lines beyond the limit of files", [] {
       limit(RLIMIT_FSIZE, 1000);
       return std::to_string(std::vector<string>(100'000, "line") | leat::write_lines(home + "/lines"));
     }, files},
    {"the limit's signal is the program's own again", [] {
       limit(RLIMIT_FSIZE, 1000);
       try {
         std::vector<string>(100'000, "line") | leat::write_lines(home + "/lines");
       } catch (const leat::output_error&) {
       }
       const int fd = ::open((home + "/own").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
       while (::write(fd, string(100, 'x').data(), 100) > 0) {
       }
       return string("it did not come");
     }, "ended"},

    {"no room for a process", [] { return forbid(CLONE_THREAD, false) ? works() : "skipped: no seccomp"; }, tasks},
    {"no room for a worker", [] {
       program("sitecustomize.py", no_fork);
       return with_variable("PYTHONPATH", home.c_str());
     }, tasks},
    {"no room for what watches over preparing", [] {
       auto options = given();
       options.preload = {"json"};
       options.variables = {{"PYTHONPATH", home}};
       program("sitecustomize.py", no_fork);
       return sum(leat::python(options));
     }, "the environment could not be prepared: [Errno 11] Resource temporarily unavailable"},
    {"no room for a thread", [] {
       if (!forbid(CLONE_THREAD, true)) return string("skipped: no seccomp");
       try {
         return works();
       } catch (const leat::start_failed& e) {
         return std::strstr(e.what(), "cannot start the thread that watches the workers") + string(children() == 0 ? ", and nothing is left" : "");
       }
     }, "or use fewer workers, and nothing is left"},
    {"no room for the thread of asynchronous calls", [] {
       const leat::python py(given());
       auto f = py.function<long(long)>("lambda x: x");
       return forbid(CLONE_THREAD, true) ? std::to_string(f.async(6).get()) : "skipped: no seccomp";
     }, "cannot start the thread that serves calls that no thread waits for"},
    {"a kernel without memory files", [] { return lacks(__NR_memfd_create) ? works() : "skipped: no seccomp"; },
     "cannot hand the worker's source over: Function not implemented"},
    {"a kernel without pidfd", [] { return lacks(__NR_pidfd_open) ? works() : "skipped: no seccomp"; }, "6"},
    {"a kernel without pidfd, and a script that ends", [] {
       return lacks(__NR_pidfd_open) ? with_program("#!/bin/sh\nexit 3\n") : "skipped: no seccomp";
     }, "(exit code 3)"},
    {"a variable that takes too much room", [] {
       auto options = given();
       options.variables = {{"LONG", string(300'000, 'x')}};
       return sum(leat::python(options));
     }, "Argument list too long; the variables of the environment take too much room"},
    {"little memory", [] {
       if (sanitized) return string("skipped: sanitizers need more");
       limit(RLIMIT_AS, 20 << 20);
       return works();
     }, "the limit of memory (ulimit -v, RLIMIT_AS), which is 20971520"},
    {"any limit of open files", [] {
       if (sanitized) return string("skipped: sanitizers need some of their own");
       string worst;
       for (rlim_t most = 3; most < 26; ++most) {
         limit(RLIMIT_NOFILE, most);
         try {
           worst = works();
         } catch (const leat::error& e) {
           limit(RLIMIT_NOFILE, 1024);
           if (!contains(e.what(), "ulimit -n")) return std::to_string(most) + ": " + e.what();
         }
       }
       limit(RLIMIT_NOFILE, 1024);
       return worst;
     }, "6"},

    {"standard descriptors closed", [] { for (int fd : {0, 1, 2}) ::close(fd); return works(); }, "6"},
    {"standard descriptors closed, and a log to the second of them", [] {
       auto options = given();
       options.log = {};
       for (int fd : {0, 1, 2}) ::close(fd);
       return sum(leat::python(options), "lambda x: (os.write(1, b'x' * 20 + b'\\n'), os.write(2, b'y\\n'), x)[2]");
     }, "6"},
    {"all descriptors closed before a run", [] { const leat::python py(given()); close_all(); return sum(py); }, robbed},
    {"all descriptors closed between two runs", [] { const leat::python py(given()); sum(py); close_all(); return sum(py); }, robbed},
    {"all descriptors closed under a function", [] {
       const leat::python py(given());
       auto f = py.function<long(long)>("lambda x: x");
       f(1);
       close_all();
       return std::to_string(f(2));
     }, robbed},
    {"all descriptors closed, and others open in their place", [] {
       const string file = home + "/other";
       {
         const leat::python py(given());
         sum(py);
         close_all();
         for (int i = 0; i < 100; ++i) ::open(file.c_str(), O_CREAT | O_RDWR, 0600);
       }
       for (int fd = 3; fd < 100; ++fd)
         if (::fcntl(fd, F_GETFD) < 0) return "closed " + std::to_string(fd);
       return "untouched " + std::to_string(std::filesystem::file_size(file));
     }, "untouched 0"},

    {"all signals blocked", [] { sigset_t s; ::sigfillset(&s); ::pthread_sigmask(SIG_SETMASK, &s, nullptr); return works(); }, "6"},
    {"a timer's signals in the middle of all", [] {
       struct sigaction often{};
       often.sa_handler = [](int) {};  // without SA_RESTART
       ::sigaction(SIGALRM, &often, nullptr);
       const itimerval each{{0, 300}, {0, 300}};
       ::setitimer(ITIMER_REAL, &each, nullptr);
       auto options = given();
       options.files = {leat::inline_file("a.txt", string(300'000, 'a'))};
       string result;
       for (int i = 0; i < 4; ++i) {
         const leat::python py(options);
         std::vector<string>(1000, "line") | leat::write_lines(home + "/lines");
         result = std::to_string(py.function<long(long)>("lambda x: x")(0) + std::stol(sum(py)) +
                                 (ints{0} | py.map<long>("lambda x: len(k)").bind("k", string(1'000'000, 'x')) | leat::sum()));
       }
       return result;
     }, "1000006"},
    {"other threads that start programs", [] {
       std::atomic<bool> stop = false;
       std::vector<std::vector<pid_t>> started(2);
       std::vector<std::thread> threads;
       for (auto& mine : started)
         threads.emplace_back([&] {
           while (!stop) {
             mine.push_back(::fork());
             if (mine.back() == 0) ::execl("/bin/sleep", "sleep", "1000", static_cast<char*>(nullptr)), std::_Exit(127);
             std::this_thread::sleep_for(2ms);
           }
         });
       string result;
       for (int i = 0; i < 4; ++i) result = works();
       stop = true;
       for (auto& t : threads) t.join();
       for (auto const& mine : started)
         for (const pid_t child : mine) end(child), ::waitpid(child, nullptr, 0);
       return result;
     }, "6"},
    {"SIGCHLD ignored", [] { handle(SIGCHLD, SIG_IGN); return works(); }, "6"},
    {"SIGCHLD ignored, and no interpreter", [] { handle(SIGCHLD, SIG_IGN); return with_program("#!/bin/sh\nexit 3\n"); },
     "its status is not known: this program ignores SIGCHLD"},
    {"SIGPIPE as it is by default", [] { handle(SIGPIPE, SIG_DFL); return works(); }, "6"},
    {"SIGHUP ignored stays so", [] { handle(SIGHUP, SIG_IGN); return met(SIGHUP); }, "1"},
    {"SIGINT ignored stays so", [] { handle(SIGINT, SIG_IGN); return met(SIGINT); }, "1"},
    {"SIGQUIT ignored stays so", [] { handle(SIGQUIT, SIG_IGN); return met(SIGQUIT); }, "1"},
    {"SIGHUP is the user's", [] { return met(SIGHUP); }, "0"},
    {"SIGQUIT is the user's", [] { return met(SIGQUIT); }, "0"},
    {"workers are in another session", [] {
       const leat::python py(given());
       return std::to_string(ints{::getsid(0)} | py.map<long>("lambda mine: int(os.getsid(0) not in (0, mine))") | leat::sum());
     }, "1"},
    {"SIGHUP to all", busy, "ended", SIGHUP},
    {"SIGINT to all", busy, "ended", SIGINT},
    {"SIGQUIT to all", busy, "ended", SIGQUIT},
    {"SIGTERM to all", busy, "ended", SIGTERM},
    {"SIGKILL to all", busy, "ended", SIGKILL},
    {"SIGHUP to all under nohup", nohup, "12", SIGHUP},
    {"a terminal that is closed", in_terminal<busy>, "ended", -1},
    {"a terminal that is closed, under nohup", in_terminal<nohup>, "12", -1},
    {"Ctrl-C in a terminal, which this program judges", in_terminal<judged>, "12", -2},

    {"a stopped daemon", [] { const leat::python py(soon()); sum(py); end(py.daemon_pid(), SIGSTOP); for (pid_t w : py.worker_pids()) end(w); return sum(py); },
     "is stopped (SIGSTOP, or a debugger); kill -CONT"},
    {"a stopped daemon, and no run", [] { const leat::python py(given()); sum(py); end(py.daemon_pid(), SIGSTOP); return string("gone"); },
     "gone"},
    {"a stopped worker", [] { return sum(leat::python(soon()), "lambda x: os.kill(os.getpid(), signal.SIGSTOP) or x"); },
     "it was stopped (SIGSTOP) for 600 ms, as long as python_options.start_timeout allows"},
    {"a worker that is stopped and goes on", [] {
       return sum(leat::python(soon(20s)),
                  "lambda x: subprocess.Popen(['sh', '-c', 'while ! grep -q State:.T /proc/$0/status; do :; done; kill -CONT $0', "
                  "str(os.getpid())]) and os.kill(os.getpid(), signal.SIGSTOP) or x");
     }, "6"},

    {"a program that prints nothing", [] { return sum(leat::python(named("/bin/true"))); }, "(exit code 0); it must be a CPython"},
    {"a program that is none of Python", [] { return sum(leat::python(named("/bin/cat"))); }, "invalid option"},
    {"a script whose interpreter is missing", [] { return with_program("#!/no/such/python3\n"); }, "(it is there; what its first line"},
    {"a script that does not exec", [] { return with_program("#!/bin/sh\n" + interpreter() + " \"$@\"\n"); }, "write exec before its last"},
    {"a script that does not exec and stays", [] { return with_program("#!/bin/sh\n" + interpreter() + " \"$@\"\nsleep 1000\n"); },
     "write exec before its last"},
    {"a script that execs", [] { return with_program("#!/bin/sh\nexec " + interpreter() + " \"$@\"\n"); }, "6"},
    {"a script that execs and leaves a child", [] { return with_program("#!/bin/sh\nsleep 1000 &\nexec " + interpreter() + " \"$@\"\n"); },
     "6"},
    {"a script that sleeps", [] { return with_program("#!/bin/sh\nsleep 1000\nsleep 1000\n", 300ms); }, "was not ready within 300 ms"},
    {"a script that leaves a child and ends", [] { return with_program("#!/bin/sh\nsleep 1000 &\nexit 3\n"); }, "(exit code 3)"},
    {"a script that sleeps, with a session below", [] { return with_program("#!/bin/sh\nsetsid sleep 1000 &\nwait\n", 300ms); },
     "was not ready within 300 ms"},
    {"another implementation", [] {
       return with_program("#!/bin/sh\nexec " + interpreter() + " -c 'import sys; sys.implementation.name = \"pypy\"; sys.modules[\"_functools\"] "
                           "= None; exec(sys.argv[1])' \"$2\"\n");
     }, "is pypy 3."},
    {"Python 2.7", [] { return with_python("2.7"); }, "is version 2.7.|skipped"},
    {"Python 3.8", [] { return with_python("3.8"); }, "is version 3.8.|skipped"},
    {"a wrong PYTHONHOME", [] { return with_variable("PYTHONHOME", "/no/such"); }, "/no/such"},
    {"an encoding that is not there", [] { return with_variable("PYTHONIOENCODING", "no-such"); }, "no-such"},

    {"PYTHONINSPECT", [] { return with_variable("PYTHONINSPECT", "1"); }, "6"},
    {"PYTHONOPTIMIZE", [] { return with_variable("PYTHONOPTIMIZE", "2"); }, "6"},
    {"PYTHONMALLOC", [] { return with_variable("PYTHONMALLOC", "debug"); }, "6"},
    {"PYTHONWARNINGS", [] { return with_variable("PYTHONWARNINGS", "error"); }, "6"},
    {"PYTHONSTARTUP", [] { return with_variable("PYTHONSTARTUP", "/no/such"); }, "6"},
    {"PYTHONSAFEPATH", [] { return with_variable("PYTHONSAFEPATH", "1"); }, "6"},
    {"a broken sitecustomize", [] {
       program("sitecustomize.py", "1 / 0\n");
       return with_variable("PYTHONPATH", home.c_str());
     }, "6"},
    {"the C locale", [] { return with_variable("LC_ALL", "C"); }, "6"},
    {"a locale that is not there", [] { return with_variable("LC_ALL", "xx_YY.odd"); }, "6"},
    {"a library that cannot be preloaded", [] { return with_variable("LD_PRELOAD", "/no/such.so"); }, "6"},
    {"no HOME", [] { ::unsetenv("HOME"); ::unsetenv("LEAT_CACHE"); return works(); }, "6"},
    {"no temporary folder", [] {
       ::setenv("TMPDIR", "/no/such", 1);
       auto options = given();
       options.files = {leat::inline_file("a.txt", "a")};
       return sum(leat::python(options));
     }, "cannot make a folder in /no/such: No such file or directory; TMPDIR names another place"},
    {"no /proc", [] { return mounted("/proc", "") ? works() : "skipped: no namespace of its own"; }, "6"},
    {"a full temporary folder", [] {
       if (!mounted(std::getenv("TMPDIR"), "size=64k")) return string("skipped: no namespace of its own");
       auto options = given();
       options.files = {leat::inline_file("a.txt", string(100'000, 'a'))};
       return sum(leat::python(options));
     }, "/files/a.txt: No space left on device; TMPDIR names another place"},
    {"a full disk under write_lines", [] {
       if (!mounted(std::getenv("TMPDIR"), "size=64k")) return string("skipped: no namespace of its own");
       return std::to_string(std::vector<string>(100'000, "line") | leat::write_lines(std::getenv("TMPDIR") + string("/lines")));
     }, "/lines: No space left on device"},
    {"a full disk under the code cache", [] {
       if (!mounted(std::getenv("TMPDIR"), "size=64k")) return string("skipped: no namespace of its own");
       ::setenv("LEAT_CACHE", std::getenv("TMPDIR"), 1);
       works();
       return works() + (std::filesystem::is_empty(std::getenv("TMPDIR")) ? "" : " and a file is left");
     }, "6"},
    {"a temporary folder that may only be read", [] {
       if (!mounted(std::getenv("TMPDIR"), "size=64k") || ::mount(nullptr, std::getenv("TMPDIR"), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0)
         return string("skipped: no namespace of its own");
       auto options = given();
       options.files = {leat::inline_file("a.txt", "a")};
       return sum(leat::python(options));
     }, "Read-only file system; TMPDIR names another place"},

    {"a callback that throws", [] { return called([](auto&) { throw 7; }); }, "threw 7"},
    {"a callback that drops the last owner", [] {
       const string result = called([](auto& py) { py = nullptr; });
       return eventually([] { return children() == 0; }) ? result : "the daemon is left";
     }, "6"},
    {"a callback that runs a function", [] { return called([](auto& py) { sum(*py); }); }, "9"},
    {"a callback that runs one that prints", [] { return called([](auto& py) { sum(*py, "lambda x: print('y' * 200_000) or x"); }); }, "9"},
    {"a callback that calls one that prints", [] {
       return called([](auto& py) { py->template function<long(long)>("lambda x: [print('y' * 99) for _ in range(300_000)] and x")(1); });
     }, "9"},
    {"a callback that makes an environment", [] { return called([](auto&) { works(); }); }, "9"},

    {"exit in the middle of a run", [] {
       static const leat::python py(given());
       std::thread([] { std::this_thread::sleep_for(100ms); std::exit(0); }).detach();
       return sum(py, "lambda x: time.sleep(1000)");
     }, "ended"},
    {"quick_exit in the middle of a run", [] {
       static const leat::python py(given());
       std::thread([] { std::this_thread::sleep_for(100ms); std::quick_exit(0); }).detach();
       return sum(py, "lambda x: time.sleep(1000)");
     }, "ended"},
    {"exit with a callback under way", [] { return called([](auto&) { std::exit(0); }, "lambda x: print(x) or x"); }, "ended"},
    {"a fork that goes on with a run", [] {
       const leat::python py(given());
       const ints many = up_to(100'000);
       long total = 0;
       pid_t child = -1;
       for ([[maybe_unused]] const int x : many | py.map<int>("lambda x: 1")) {
         if (++total == 50'000) child = ::fork();
         if (child == 0 && total > 90'000) break;
       }
       if (child == 0) std::_Exit(0);
       ::waitpid(child, nullptr, 0);
       return std::to_string(total);
     }, "100000"},
    {"a fork that ends by exit", [] {
       static const leat::python py(given());
       sum(py);
       const pid_t child = ::fork();
       if (child == 0) std::exit(0);
       ::waitpid(child, nullptr, 0);
       return sum(py);
     }, "6"},
};
// clang-format on

[[noreturn]] void be(const string& name) {
  home = std::getenv("LEAT_TEST_FOLDER");
  for (const int s : {SIGINT, SIGTERM}) handle(s, SIG_DFL);  // the test's library handles them
  string outcome = "no such situation";
  for (auto const& s : situations)
    if (s.name == name) try {
        outcome = s.body();
      } catch (const leat::error& e) {
        outcome = e.what();
      } catch (const std::exception& e) {
        outcome = string("a foreign exception: ") + e.what();
      }
  limit(RLIMIT_FSIZE, RLIM_INFINITY);
  limit(RLIMIT_NOFILE, 1024);
  tell("outcome", outcome);
  std::_Exit(0);
}

bool expected(const string& outcome, const string& text) {
  const auto bar = text.find('|');
  if (bar != string::npos) return expected(outcome, text.substr(0, bar)) || expected(outcome, text.substr(bar + 1));
  return text.find_first_not_of("0123456789") == string::npos ? outcome == text : contains(outcome, text);
}

TEST_CASE("situations of the host: what comes of each is told by name, in time, and nothing is left") {
  if (const char* const name = std::getenv("LEAT_TEST_SITUATION")) be(name);
  const char* const only = std::getenv("LEAT_TEST_ONLY");
  for (auto const& s : situations) {
    if (only != nullptr && !contains(s.name, only)) continue;
    CAPTURE(string(s.name));
    const folder temp;
    std::filesystem::create_directory(temp / "tmp");
    const auto begin = std::chrono::steady_clock::now();
    int terminal = s.signal < 0 ? ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (terminal >= 0) REQUIRE((::grantpt(terminal) == 0 && ::unlockpt(terminal) == 0));
    const pid_t host = ::fork();
    if (host == 0) {
      if (terminal >= 0) ::setenv("LEAT_TEST_TERMINAL", ::ptsname(terminal), 1);
      if (terminal < 0) ::setpgid(0, 0);
      // A fork that ends by exit has lost what other threads kept on their stacks.
      const char* const given = std::getenv("ASAN_OPTIONS");
      ::setenv("ASAN_OPTIONS", (string(given != nullptr ? given : "") + ":detect_leaks=0").c_str(), 1);
      ::setenv("LEAT_TEST_SITUATION", s.name, 1);
      ::setenv("LEAT_TEST_FOLDER", temp.path().c_str(), 1);
      ::setenv("LEAT_TEST_MARK", temp.path().c_str(), 1);
      ::setenv("TMPDIR", (temp / "tmp").c_str(), 1);
      const int out = ::open((temp / "output").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
      ::dup2(out, 1);
      ::dup2(out, 2);
      ::execl("/proc/self/exe", "host", "-tc=situations of the host*", static_cast<char*>(nullptr));
      std::_Exit(127);
    }
    if (s.signal != 0) {
      CHECK(eventually([&] { return temp.has("begun"); }));
      if (s.signal > 0) ::kill(-host, s.signal);
      if (s.signal == -1) ::close(terminal);
      if (s.signal == -2) CHECK(::write(terminal, "\3", 1) == 1);
      temp.write("go", "");
    }
    int status = 0;
    const bool over = eventually([&] { return ::waitpid(host, &status, WNOHANG) == host; }, 60s);
    CHECK(over);
    if (!over) {
      end(host);
      ::waitpid(host, &status, 0);
    }
    if (s.signal == -2) ::close(terminal);
    const string outcome = temp.has("outcome") ? temp.read("outcome") : over ? "ended" : "hangs";
    CAPTURE(outcome);
    const string output = temp.read("output");
    CAPTURE(output);
    CHECK(!contains(output, "Sanitizer"));
    if (outcome.rfind("skipped: ", 0) == 0)
      std::printf("note: not tested here: %s: %s\n", s.name, outcome.c_str() + 9);
    else
      CHECK(expected(outcome, s.expected));
    const string mark = "LEAT_TEST_MARK=" + temp.path();
    CHECK(eventually([&] { return marked(mark).empty(); }, 8s));
    for (const pid_t left : marked(mark)) {
      MESSAGE("left: " << proc_text(left, "cmdline"));
      end(left);
    }
    CHECK(std::filesystem::is_empty(temp / "tmp"));
    if (only != nullptr || std::getenv("LEAT_TEST_TIMES") != nullptr)
      std::printf("%6ld ms  %s: %s\n", static_cast<long>((std::chrono::steady_clock::now() - begin) / 1ms), s.name,
                  outcome.c_str());
  }
}

}  // namespace
}  // namespace behaviours_host_situations
