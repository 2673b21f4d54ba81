// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_PACING_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_PACING_IPP

#include <leat/python/exchange/pacing.hpp>

namespace leat::python_detail {

inline constexpr std::chrono::microseconds least_company{200};  // for which an idle worker waits for more elements
inline constexpr std::chrono::milliseconds most_company{50};
inline constexpr double costly = 1e6;       // nanoseconds: what costs that much a batch is not done with few elements
inline constexpr double long_batch = 10e6;  // of which none waits behind another in the same worker
inline constexpr std::uint64_t quick_batch = 300'000;  // in less the host has hardly filled the next one

LEAT_DECL pacing::pacing(const program& what, const batch_size& learnt, std::size_t elements, std::size_t workers,
                         clock::time_point now)
    : size_(learnt),
      most_bytes_(what.most_bytes),
      most_elements_(what.most_elements),
      elements_(elements),
      workers_(workers),
      sent_(now) {
  size_.bound(what.most_elements, what.wishes());
  adapt(0, workers);
}

LEAT_DECL void pacing::look(clock::time_point now) {
  using namespace std::chrono_literals;
  const auto since = now - looked_;
  looked_ = now;
  // The clock costs as much as an element of a plain type, so it is looked at about each 25 to 100 us, whatever elements cost;
  // a quarter at once, since a source that has become slow would else be heard of late.
  if (since > 100us)
    stride_ = std::max<std::size_t>(1, stride_ / 4);
  else if (since < 25us)
    stride_ = std::min(most_elements_ / 16, stride_ * 2);
}

LEAT_DECL std::size_t pacing::share(std::size_t count, std::size_t idle) const {
  return std::min(size_.next(count, idle, workers_), (count + idle - 1) / idle);
}

LEAT_DECL void pacing::sent(std::size_t count, std::uint64_t records, std::size_t idle) {
  size_.sent(count);
  adapt(records, idle);
}

LEAT_DECL void pacing::measure(std::size_t count, std::size_t bytes, std::uint64_t nanoseconds) {
  size_.measure(count, nanoseconds);
  quick_ = most_bytes_ > batch_bytes && nanoseconds < quick_batch && bytes >= most_bytes_ / 2;  // a full batch of arrays
}

LEAT_DECL void pacing::adapt(std::uint64_t records, std::size_t idle) {
  const std::uint64_t left = elements_ - std::min<std::uint64_t>(elements_, records);
  limit_ = size_.next(elements_ == core::most_elements ? elements_ : static_cast<std::size_t>(left), idle, workers_);
  enough_ = size_.once() > costly ? limit_ : limit_ / 8;
  const std::chrono::nanoseconds some(static_cast<std::int64_t>(size_.once() / 8));
  company_ = std::clamp<clock::duration>(some, least_company, most_company);
  ahead_ = size_.blind() || size_.expected(limit_) > long_batch ? 1 : 2;
}

}  // namespace leat::python_detail

#endif
