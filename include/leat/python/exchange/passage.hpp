// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_PASSAGE_HPP
#define LEAT_PYTHON_EXCHANGE_PASSAGE_HPP

#include <leat/core/config.hpp>
#include <leat/core/error.hpp>
#include <leat/core/run_info.hpp>
#include <leat/python/exchange/receiver.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace leat::wire {
class buffer;
}

namespace leat::python_detail {

class pool;
struct program;

/// Where in a list of functions those of another environment begin.
using boundary = std::pair<std::size_t, std::shared_ptr<pool>>;

/// Leaves the first environment's functions in `whole` and makes the others' programs follow it; between them any object
/// travels that both can pickle.
LEAT_DECL void chain_environments(program& whole, const std::vector<boundary>& boundaries);

/// What a stage has of its exchange, and of those that follow in other environments. Behind a pointer, so that files which use
/// stages are spared what sessions and workers are made of.
class passage {
 public:
  passage() = default;
  passage(passage&& other) noexcept : ends_(std::exchange(other.ends_, nullptr)) {}
  ~passage() { close(); }

  /// `elements`: how many there will be at most.
  LEAT_DECL void open(const std::shared_ptr<const program>& what, const core::run_info& run, receiver& to,
                      std::size_t elements);
  LEAT_DECL void close() noexcept;
  explicit operator bool() const noexcept { return ends_ != nullptr; }

  /// These do what those of the exchange do; the last three for all that follow, too.
  LEAT_DECL bool due(std::size_t count, std::size_t bytes);
  LEAT_DECL std::size_t check_after(std::size_t count) const;
  LEAT_DECL bool submit(wire::buffer& batch, std::size_t count);
  LEAT_DECL std::uint64_t records() const;
  LEAT_DECL location place() const;
  LEAT_DECL bool idle() const;
  LEAT_DECL bool enough(std::size_t count) const;
  LEAT_DECL bool turn();
  LEAT_DECL void finish();
  LEAT_DECL int descriptors(std::vector<pollfd>& into);

 private:
  struct ends;
  ends* ends_ = nullptr;
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/passage.ipp>
#endif

#endif
