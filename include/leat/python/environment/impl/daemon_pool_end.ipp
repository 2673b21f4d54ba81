// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_DAEMON_POOL_END_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_DAEMON_POOL_END_IPP

#include <leat/python/environment/impl/daemon_pool.ipp>

// How a pool ends: with its last owner, in its own callback, in a fork, or where the program has closed its descriptors.
namespace leat::python_detail {

LEAT_DECL std::shared_ptr<daemon_pool> daemon_pool::make(python_options options) {
  return {new daemon_pool(std::move(options)), [](daemon_pool* p) {
            if (p->mine() && p->log_.calls_here())
              p->log_.abandon();  // it is in the callback: `abandoned` is called when that returns
            else
              delete p;
          }};
}

LEAT_DECL daemon_pool::~daemon_pool() {
  end_idle_owner();
  if (!mine()) {
    std::construct_at(&monitor_);  // forgets the threads, which are none of this process, and that they wait
    std::construct_at(&changed_);
    log_.forget_thread();
    return;
  }
  stop();
}

LEAT_DECL void daemon_pool::stop() {
  {
    lock held(mutex_);
    if (daemon_ > 0) ::kill(daemon_, SIGCONT);  // one that is stopped could end nothing
    if (!robbed()) {
      for (auto& w : idle_) ::shutdown(w->link.socket.get(), SHUT_RDWR);  // end of file: workers close their instances and end
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
  log_.end();
}

LEAT_DECL void daemon_pool::hears_again() noexcept {
  const lock held(mutex_);
  if (!robbed_) wake();
}

LEAT_DECL void daemon_pool::abandoned() noexcept { delete this; }

/// Both ends of a wakeup pipe and the control socket must be there; a number that is closed or another file's is not touched.
LEAT_DECL bool daemon_pool::robbed() {
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
