// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_STAGE_NODE_HPP
#define LEAT_PYTHON_STAGE_NODE_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>
#include <leat/core/start_info.hpp>
#include <leat/python/exchange/passage.hpp>
#include <leat/wire/buffer.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace leat::python_detail {

/// What the nodes of all Python stages have in common, whatever their elements: the batch at hand, and the way it goes.
class stage_node : protected receiver, protected core::background {
 public:
  stage_node(const stage_node&) = delete;

 protected:
  LEAT_DECL explicit stage_node(std::shared_ptr<const program> what);
  LEAT_DECL stage_node(stage_node&&) noexcept;
  LEAT_DECL ~stage_node();

  /// What the next node is told to expect.
  LEAT_DECL start_info expected(start_info n) const;
  LEAT_DECL void begin(start_info n);
  LEAT_DECL void end();
  /// Says where the element stands that could not be encoded.
  LEAT_DECL void locate(conversion_error& e) const;
  LEAT_DECL void submit();
  [[noreturn]] LEAT_DECL void wrong_count(std::size_t announced, std::size_t sent) const;

  /// Closes the batch at hand, sends it, and begins another.
  virtual void flush() = 0;

  std::shared_ptr<const program> program_;
  wire::buffer buffer_{};
  std::size_t count_ = 0, check_ = 1;
  bool stopped_ = false;
  passage exchange_{};

 private:
  LEAT_DECL int descriptors(std::vector<pollfd>& into) final;
  LEAT_DECL bool turn() final;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/impl/stage_node.ipp>
#endif

#endif
