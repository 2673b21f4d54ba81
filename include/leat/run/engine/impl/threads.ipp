// SPDX-License-Identifier: BSL-1.0
#include <leat/core/error.hpp>
#include <leat/run/engine/threads.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>

#include <sys/resource.h>

namespace leat::core {

inline const threads*& threads_of_this_thread() {
  static thread_local const threads* mine = nullptr;
  return mine;
}

LEAT_DECL bool threads::here() const { return threads_of_this_thread() == this; }

LEAT_DECL void threads::post(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(work));
  if (idle_ < posted_.size() && running_ < most_ && !refuses_) make_one();
  if (idle_ != 0) changed_.notify_one();
}

LEAT_DECL void threads::make_one() {
  made_.reserve(made_.size() + 1);
  // Room for as many readings within each other as a job may have, also where ulimit -s is low.
  std::size_t stack = 0;
  pthread_attr_t how;
  ::pthread_attr_init(&how);
  ::pthread_attr_getstacksize(&how, &stack);
  ::pthread_attr_setstacksize(&how, std::max(stack, std::size_t{8} << 20));
  pthread_t fresh;
  const int error = ::pthread_create(
      &fresh, &how,
      [](void* all) -> void* {
        static_cast<threads*>(all)->work();
        return nullptr;
      },
      this);
  ::pthread_attr_destroy(&how);
  if (error == 0) {
    ++running_;
    return made_.push_back(fresh);
  }
  if (running_ == 0) {
    posted_.pop_back();
    throw resource_error(describe(error));
  }
  refuses_ = true;
  refused_ = describe(error);
}

LEAT_DECL void threads::work() {
  threads_of_this_thread() = this;
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [&] { return ending_ || !posted_.empty(); });
    --idle_;
    if (posted_.empty()) {
      --running_;
      return;
    }
    std::function<void()> next = std::move(posted_.front());
    posted_.pop_front();
    lock.unlock();
    next();
    next = nullptr;
    lock.lock();
  }
}

LEAT_DECL void threads::ask_again() {
  const std::lock_guard lock(mutex_);
  refuses_ = false;
}

LEAT_DECL std::string threads::refusal() {
  const std::lock_guard lock(mutex_);
  return told_ || refused_.empty() ? std::string() : (told_ = true, std::exchange(refused_, {}));
}

LEAT_DECL void threads::join() {
  for (std::vector<pthread_t> all;; all.clear()) {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      all.swap(made_);
      changed_.notify_all();
    }
    if (all.empty()) return;
    for (const pthread_t one : all) ::pthread_join(one, nullptr);  // its work may have called for more threads
  }
}

/// The least pids.max of this process's cgroups (v1 or v2), 0 for none.
inline std::size_t cgroup_pids() {
  std::size_t least = 0;
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // hierarchy:controllers:/path
    const auto a = line.find(':'), b = line.find(':', a + 1);
    if (a == line.npos || b == line.npos) continue;
    const std::string controllers = line.substr(a + 1, b - a - 1);
    if (!controllers.empty() && controllers != "pids") continue;
    std::string path = line.substr(b + 1);
    for (const std::string root = controllers.empty() ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";;) {
      std::size_t most = 0;
      std::ifstream(root + path + "/pids.max") >> most;  // "max" leaves it at 0
      if (most != 0 && (least == 0 || most < least)) least = most;
      if (path.find('/') == path.npos) break;
      path.erase(path.rfind('/'));
    }
  }
  return least;
}

LEAT_DECL std::string threads::describe(int error) const {
  std::string text = running_ == 0
                         ? "cannot make a thread for the tasks, of which the context's slots allow " + std::to_string(most_)
                         : "only " + std::to_string(running_) + " of " + std::to_string(most_) +
                               " threads could be made, so fewer tasks run at a time";
  text += std::string(": ") + std::strerror(error);
  rlimit processes{};
  if (::getrlimit(RLIMIT_NPROC, &processes) == 0 && processes.rlim_cur != RLIM_INFINITY)
    text += "; this user may have " + std::to_string(processes.rlim_cur) + " processes and threads (ulimit -u)";
  if (const std::size_t most = cgroup_pids(); most != 0)
    text += "; this process's cgroup may have " + std::to_string(most) + " (pids.max)";
  return text + "; raise the limit, or use fewer slots";
}

}  // namespace leat::core
