// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_SOURCE_SESSION_HPP
#define LEAT_PYTHON_EXCHANGE_SOURCE_SESSION_HPP

#include <leat/core/config.hpp>
#include <leat/python/exchange/recovery.hpp>
#include <leat/python/session/program.hpp>
#include <leat/python/session/session.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

namespace leat::python_detail {

/// The conversation with a worker that runs a source: each ticket sent is answered by one part of what the source yields, so
/// the worker is never further ahead than the tickets that are out.
class source_session final : session::listener {
 public:
  /// `partition` is the function's argument, where it has one.
  LEAT_DECL source_session(std::shared_ptr<const program> what, std::optional<std::size_t> partition, core::run_info run);
  source_session(const source_session&) = delete;
  /// Stops the source, wherever it is.
  LEAT_DECL ~source_session();

  /// Waits for the next part, which lives until the next call; false: the source is at its end. Throws what the source raised,
  /// after all that it had yielded before.
  LEAT_DECL bool next(std::string_view& body, std::size_t& count);
  /// -1 where `next` will not wait; otherwise a descriptor that can be read when it should be asked again.
  LEAT_DECL int waits_for();
  /// All has been read.
  bool at_end() const noexcept { return !session_ && parts_.empty() && !failure_; }
  /// The source, and in a task the partition.
  LEAT_DECL location place() const;

 private:
  struct part {
    std::string body;
    std::size_t count;
  };

  LEAT_DECL void frame(session& from, const wire::frame_header& header, std::string_view body) override;
  LEAT_DECL void open();
  LEAT_DECL void send_tickets();
  LEAT_DECL bool pump();  // whether anything moved
  template <class F>
  bool converse(F f);
  LEAT_DECL void wait();
  LEAT_DECL void failed(error& e);
  LEAT_DECL void end();
  bool ready() const noexcept { return !parts_.empty() || failure_ || !session_; }

  std::shared_ptr<const program> program_;
  std::optional<std::size_t> partition_;
  core::run_info run_;
  const std::vector<shared_value_ptr> shared_values_;
  const std::string kin_;
  batch_size size_;
  session::body_ptr open_;
  recovery recovery_;
  std::unique_ptr<session> session_{};  // null: at the end
  std::deque<part> parts_{};
  std::string current_{};
  std::exception_ptr failure_{};
  descriptor both_{};  // an epoll of the socket and the worker's end
  std::uint64_t sent_ = 0, answered_ = 0;
  unsigned deaths_ = 0;
  bool exhausted_ = false;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/source_session.ipp>
#endif

#endif
