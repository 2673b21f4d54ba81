// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_IMPL_HELPER_THREAD_IPP
#define LEAT_POSIX_IMPL_HELPER_THREAD_IPP

#include <leat/core/error.hpp>
#include <leat/posix/helper_thread.hpp>
#include <leat/posix/write_all.hpp>

#include <string>
#include <system_error>

#include <signal.h>

namespace leat::python_detail {

LEAT_DECL std::thread helper_thread(const char* does, signals how, void (*run)(void*), void* self) {
  sigset_t held, before;
  ::sigfillset(&held);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF}) ::sigdelset(&held, fault);
  if (how == signals::handled) ::sigemptyset(&held);
  ::pthread_sigmask(SIG_BLOCK, &held, &before);  // a new thread begins with its maker's
  std::thread made;
  int error = 0;
  try {
    made = std::thread(run, self);
  } catch (const std::system_error& e) {
    error = e.code().value();
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) throw start_failed(std::string("cannot start the thread that ") + does + ": " + core::reason_of(error, true));
  return made;
}

}  // namespace leat::python_detail

#endif
