// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_EXCHANGE_IMPL_ENVIRONMENT_CHAIN_IPP
#define LEAT_PYTHON_EXCHANGE_IMPL_ENVIRONMENT_CHAIN_IPP

#include <leat/python/exchange/environment_chain.hpp>
#include <leat/python/exchange/passage.hpp>
#include <leat/wire/pickle.hpp>

namespace leat::python_detail {

LEAT_DECL void chain_environments(program& whole, const std::vector<boundary>& boundaries) {
  const auto part = [&](std::size_t from, std::size_t to) {
    const auto all = whole.functions.begin();
    return std::vector<function>(all + static_cast<std::ptrdiff_t>(from), all + static_cast<std::ptrdiff_t>(to));
  };
  std::shared_ptr<const program> then;
  std::size_t end = whole.functions.size();
  for (auto at = boundaries.rbegin(); at != boundaries.rend(); ++at) {
    auto p = std::make_shared<program>();
    p->workers = at->second;
    p->functions = part(at->first, end);
    p->ordered = whole.ordered;
    p->in_wire = pickle::name;
    p->in_type = "object";
    p->out_wire = std::exchange(whole.out_wire, std::string(pickle::name));
    p->out_type = std::exchange(whole.out_type, "object");
    p->shares_results = std::exchange(whole.shares_results, false);
    p->then = std::move(then);
    then = std::move(p);
    end = at->first;
  }
  whole.functions = part(0, end);
  whole.then = std::move(then);
}

LEAT_DECL environment_chain::environment_chain(std::shared_ptr<const program> what, const core::run_info& run,
                                               exchange::receiver& last)
    : next_(what->then ? std::make_unique<environment_chain>(what->then, run, last) : nullptr),
      exchange_(what, run, next_ ? static_cast<exchange::receiver&>(*next_) : last) {}

/// A pickle of the list that another one holds, less its first elements.
inline void put_rest(wire::buffer& to, std::string_view body, std::size_t skip) {
  const auto number = [&](std::string_view opcode, std::uint64_t n) {
    to.append(opcode);
    for (int shift = 0; shift < 64; shift += 8) to.push(static_cast<char>(n >> shift & 0xFF));
  };
  to.append(
      "\x80\x05"
      "coperator\ngetitem\n"
      "("
      "c_pickle\nloads\n");
  number("\x8e", body.size());  // BINBYTES8
  to.append(body);
  to.append(
      "\x85R"
      "cbuiltins\nslice\n"
      "(");
  number("\x8a\x08", skip);  // LONG1
  to.append("NtRtR.");
}

LEAT_DECL bool environment_chain::results(std::string_view body, std::size_t count, std::size_t skip) {
  if (skip == count) return true;
  if (skip == 0)
    batch_.append(body);
  else
    put_rest(batch_, body, skip);
  return exchange_.submit(batch_, count - skip);
}

LEAT_DECL bool environment_chain::turn() {
  const bool wanted = exchange_.turn();
  return (!next_ || next_->turn()) && wanted;
}

LEAT_DECL void environment_chain::finish() {
  exchange_.finish();
  if (next_) next_->finish();
}

LEAT_DECL int environment_chain::descriptors(std::vector<pollfd>& into) {
  const int milliseconds = exchange_.descriptors(into);
  return next_ ? core::sooner(milliseconds, next_->descriptors(into)) : milliseconds;
}

}  // namespace leat::python_detail

#endif
