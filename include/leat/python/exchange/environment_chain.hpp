// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_ENVIRONMENT_CHAIN_HPP
#define LEAT_PYTHON_EXCHANGE_ENVIRONMENT_CHAIN_HPP

#include <leat/python/exchange/exchange.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace leat::python_detail {

/// Hands the results of one environment to the functions of the next, as they are: never decoded, and in the same parts.
class environment_chain final : public exchange::receiver {
 public:
  /// `last` gets what the last environment yields.
  LEAT_DECL environment_chain(std::shared_ptr<const program> what, const core::run_info& run, exchange::receiver& last);

  LEAT_DECL bool results(std::string_view body, std::size_t count, std::size_t skip) override;
  /// These do what those of an exchange do, for this one's and for all that follow.
  LEAT_DECL bool turn();
  LEAT_DECL void finish();
  LEAT_DECL int descriptors(std::vector<pollfd>& into);

 private:
  std::unique_ptr<environment_chain> next_;
  exchange exchange_;
  wire::buffer batch_{};
};

}  // namespace leat::python_detail

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/python/exchange/impl/environment_chain.ipp>
#endif

#endif
