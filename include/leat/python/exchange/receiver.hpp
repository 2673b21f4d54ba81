// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_RECEIVER_HPP
#define LEAT_PYTHON_EXCHANGE_RECEIVER_HPP

#include <cstddef>
#include <string_view>

namespace leat::python_detail {

/// Who takes the results of an exchange.
class receiver {
 public:
  /// Decodes a batch of `count` results but for the first `skip`; false: no more is wanted.
  virtual bool results(std::string_view body, std::size_t count, std::size_t skip) = 0;

 protected:
  ~receiver() = default;
};

}  // namespace leat::python_detail

#endif
