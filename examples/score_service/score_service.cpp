// SPDX-License-Identifier: BSL-1.0
// A long-running program with a scikit-learn model inside: scores each line of stdin, and loads the model anew on SIGHUP. The
// model is asked for all lines that wait in one call.
// usage: score_service [MODEL FILE]     trained first where it does not exist; without it a temporary one
#include <leat/leat.hpp>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using point = std::vector<double>;
using scorer = leat::python_function<double(point)>;

/// New workers each time, which see what has changed in the code, too.
leat::python<> environment() {
  return {{.path = {EXAMPLES "/score_service"}, .requirements = {"scikit-learn"}, .workers = 2}};
}

/// The model as it is now: each worker is sent these bytes, whatever happens to the file later.
scorer load(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  auto score = environment().batch_function<double(point)>("model:Score").bind("model", leat::bytes(first, first + text.size()));
  score({0, 0});  // a model that cannot be loaded or called fails here, before anyone depends on it
  return score;
}

/// Prints answers in the order of the questions, while others are on their way.
class printer {
 public:
  void later(std::string line, const scorer& by, std::future<double> answer) {
    const std::lock_guard held(mutex_);
    waiting_.push_back({std::move(line), by, std::move(answer)});
    changed_.notify_one();
  }

 private:
  struct entry {
    std::string line;
    scorer by;  // keeps the model and its workers until it has answered
    std::future<double> answer;
  };
  void run(std::stop_token stop) {
    for (std::unique_lock held(mutex_); changed_.wait(held, stop, [&] { return !waiting_.empty(); }); held.lock()) {
      entry e = std::move(waiting_.front());
      waiting_.pop_front();
      held.unlock();
      try {
        std::printf("%-10s %.2f\n", e.line.c_str(), e.answer.get());
      } catch (const leat::error& wrong) {
        std::printf("%-10s %s\n", e.line.c_str(), wrong.message().substr(0, wrong.message().find('\n')).c_str());
      }
      std::fflush(stdout);
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<entry> waiting_;
  std::jthread thread_{[this](std::stop_token stop) { run(stop); }};
};

int main(int argc, char** argv) try {
  sigset_t hangup;
  ::sigemptyset(&hangup);
  ::sigaddset(&hangup, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &hangup, nullptr);  // in all threads, also those that are made later
  const int signals = ::signalfd(-1, &hangup, SFD_CLOEXEC);

  const std::string file = argc > 1 ? argv[1] : "/tmp/score_service-" + std::to_string(::getpid()) + ".pickle";
  if (!std::filesystem::exists(file)) environment().function<double(std::string)>("train:train")(file);
  scorer score = load(file);
  if (argc < 2) std::filesystem::remove(file);
  std::fprintf(stderr, "ready\n");

  printer print;
  std::string unread;
  for (char block[4096];;) {
    pollfd ready[] = {{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}};
    ::poll(ready, 2, -1);
    if (signalfd_siginfo info; ready[1].revents != 0 && ::read(signals, &info, sizeof info) > 0) {
      try {
        score = load(file);
        std::fprintf(stderr, "reloaded\n");
      } catch (const leat::error& e) {
        std::fprintf(stderr, "the old model stays: %s\n", e.what());
      }
    }
    if (ready[0].revents == 0) continue;
    const ssize_t n = ::read(STDIN_FILENO, block, sizeof block);
    if (n > 0)
      unread.append(block, static_cast<std::size_t>(n));
    else if (!unread.empty())
      unread += '\n';
    for (std::size_t end; (end = unread.find('\n')) != std::string::npos; unread.erase(0, end + 1)) {
      std::string line = unread.substr(0, end);
      std::istringstream numbers(line);
      print.later(line, score, score.async(point(std::istream_iterator<double>(numbers), {})));
    }
    if (n <= 0) break;
  }
} catch (const leat::start_failed& e) {
  std::fprintf(stderr, "skipped: %s\n", e.what());
  return 77;
}
