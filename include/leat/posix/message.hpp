// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_MESSAGE_HPP
#define LEAT_POSIX_MESSAGE_HPP

#include <leat/posix/descriptor.hpp>

#include <cstddef>
#include <cstring>

#include <sys/socket.h>

namespace leat::python_detail {

/// Room in a message of a Unix socket for descriptors that go with it (SCM_RIGHTS).
class message_descriptors {
 public:
  static constexpr std::size_t most = 3;

  /// Sends these along.
  void attach(msghdr& message, const int* fds, std::size_t n) noexcept {
    message.msg_control = space_;
    message.msg_controllen = CMSG_SPACE(n * sizeof(int));
    cmsghdr* const c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(n * sizeof(int));
    std::memcpy(CMSG_DATA(c), fds, n * sizeof(int));
  }
  /// Takes one in with the message that is to be received.
  void expect(msghdr& message) noexcept {
    message.msg_control = space_;
    message.msg_controllen = CMSG_SPACE(sizeof(int));
  }
  /// The one that has come with it, or an empty one.
  static descriptor received(msghdr& message) noexcept {
    descriptor found;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c))
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
        found = descriptor(fd);
      }
    return found;
  }

 private:
  alignas(cmsghdr) char space_[CMSG_SPACE(most * sizeof(int))] = {};
};

}  // namespace leat::python_detail

#endif
