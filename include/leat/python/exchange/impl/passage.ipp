// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_PASSAGE_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_PASSAGE_IPP

#include <leat/python/exchange/environment_chain.hpp>
#include <leat/python/exchange/exchange.hpp>
#include <leat/python/exchange/passage.hpp>

namespace leat::python_detail {

struct passage::ends {
  ends(const std::shared_ptr<const program>& what, const core::run_info& run, receiver& to, std::size_t elements)
      : then(what->then ? std::make_unique<environment_chain>(what->then, run, to) : nullptr),
        first(what, run, then ? static_cast<receiver&>(*then) : to, elements) {}

  std::unique_ptr<environment_chain> then;  // to the environments that follow
  exchange first;
};

LEAT_DECL void passage::open(const std::shared_ptr<const program>& what, const core::run_info& run, receiver& to,
                             std::size_t elements) {
  close();
  ends_ = new ends(what, run, to, elements);
}
LEAT_DECL void passage::close() noexcept { delete std::exchange(ends_, nullptr); }

LEAT_DECL bool passage::due(std::size_t count, std::size_t bytes) { return ends_->first.due(count, bytes); }
LEAT_DECL std::size_t passage::check_after(std::size_t count) const { return ends_->first.check_after(count); }
LEAT_DECL bool passage::submit(wire::buffer& batch, std::size_t count) { return ends_->first.submit(batch, count); }
LEAT_DECL std::uint64_t passage::records() const { return ends_->first.records(); }
LEAT_DECL location passage::place() const { return ends_->first.place(); }
LEAT_DECL bool passage::idle() const { return ends_->first.idle(); }
LEAT_DECL bool passage::enough(std::size_t n) const { return ends_->first.enough(n); }
LEAT_DECL bool passage::turn() {
  const bool wanted = ends_->first.turn();
  return (!ends_->then || ends_->then->turn()) && wanted;
}
LEAT_DECL void passage::finish() {
  ends_->first.finish();
  if (ends_->then) ends_->then->finish();
}
LEAT_DECL int passage::descriptors(std::vector<pollfd>& into) {
  const int milliseconds = ends_->first.descriptors(into);
  return ends_->then ? core::sooner(milliseconds, ends_->then->descriptors(into)) : milliseconds;
}

}  // namespace leat::python_detail

#endif
