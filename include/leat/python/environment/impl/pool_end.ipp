// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_POOL_END_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_POOL_END_IPP

#include <leat/python/environment/impl/pool.ipp>

// How a pool ends: with its last owner, in its own callback, in a fork, or where the program has closed its descriptors.
namespace leat::python_detail {

inline std::string text_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "what is no std::exception";
  }
}

LEAT_DECL std::shared_ptr<pool> pool::make(python_options options) {
  return {new pool(std::move(options)), [](pool* p) {
            if (p->mine() && p->teller_.get_id() == std::this_thread::get_id())
              p->left_ = true;  // it is in the callback, which `tell` sees return
            else
              delete p;
          }};
}

LEAT_DECL pool::~pool() {
  idle_owner_ = nullptr;
  if (!mine()) {
    std::construct_at(&monitor_);  // forgets the threads, which are none of this process, and that they wait
    std::construct_at(&teller_);
    std::construct_at(&changed_);
    std::construct_at(&told_);
    return;
  }
  stop();
  if (log_failure_) std::fprintf(stderr, "leat: the log callback threw: %s\n", text_of(log_failure_).c_str());
}

LEAT_DECL void pool::stop() {
  {
    lock held(mutex_);
    if (daemon_ > 0) ::kill(daemon_, SIGCONT);  // one that is stopped could end nothing
    if (!robbed()) {
      for (auto& w : idle_) ::shutdown(w->socket.get(), SHUT_RDWR);  // end of file: workers close their instances and end
      idle_.clear();
      if (ready_) changed_.wait_for(held, std::chrono::seconds(1), [&] { return all_.empty() || !control_; });
    }
    ending_ = true;
    if (robbed()) {
      changed_.wait_for(held, std::chrono::seconds(2), [&] { return daemon_ < 0; });
      if (daemon_ > 0) ::kill(-daemon_, SIGKILL);
    } else {
      if (control_) ::shutdown(control_.get(), SHUT_RDWR);
      wake();
    }
  }
  monitor_.join();
  {
    const lock held(mutex_);
    silent_ = true;
    told_.notify_all();
  }
  if (teller_.joinable()) teller_.join();
  deliver_log(log_);
}

/// Both ends of a wakeup pipe and the control socket must be there; a number that is closed or another file's is not touched.
LEAT_DECL bool pool::robbed() {
  if (robbed_) return true;
  if (wake_read_.intact() && wake_write_.intact() && (!control_ || control_.intact())) return false;
  robbed_ = true;
  idle_.clear();
  // The monitor's poll still holds the closed socket, so the daemon sees no end of it by itself.
  if (daemon_ > 0) ::kill(daemon_, ready_ ? SIGTERM : SIGKILL);
  return true;
}

}  // namespace leat::python_detail

#endif
