// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_SOURCE_PASS_HPP
#define LEAT_PYTHON_EXCHANGE_SOURCE_PASS_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>
#include <leat/core/run_info.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace leat::python_detail {

struct program;
class source_session;

/// The source session of a range that Python makes, behind a pointer.
class source_pass {
 public:
  source_pass() = default;
  LEAT_DECL source_pass(std::shared_ptr<const program> what, std::optional<std::size_t> partition, const core::run_info& run);
  source_pass(const source_pass&) = delete;
  source_pass& operator=(const source_pass&) = delete;
  ~source_pass() { close(); }

  LEAT_DECL void open(std::shared_ptr<const program> what, std::optional<std::size_t> partition, const core::run_info& run);
  LEAT_DECL void close() noexcept;
  explicit operator bool() const noexcept { return session_ != nullptr; }

  /// These do what those of the session do.
  LEAT_DECL bool next(std::string_view& body, std::size_t& count);
  LEAT_DECL int waits_for();
  LEAT_DECL bool at_end() const noexcept;
  LEAT_DECL location place() const;

 private:
  source_session* session_ = nullptr;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/source_pass.ipp>
#endif

#endif
