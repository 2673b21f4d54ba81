// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_IMPL_JOB_IPP
#define LEAT_RUN_ENGINE_IMPL_JOB_IPP

#include <leat/run/engine/job.hpp>

#include <mutex>
#include <unordered_map>
#include <utility>

namespace leat::core {

struct job::inner {
  std::unordered_map<const lineage_node*, output> outputs{};
  std::vector<const lineage_node*> planned{};
  std::mutex mutex{};
  effects held{};
};

LEAT_DECL void job::output::keep(job_data* made) { data.reset(made); }

LEAT_DECL job::job(engine& e, bool keep) : engine_(e), keep_(keep), in_(new inner) {}
LEAT_DECL job::~job() { delete in_; }

LEAT_DECL job::output& job::plan(const lineage_node& node) {
  const auto [at, fresh] = in_->outputs.try_emplace(&node);
  if (fresh) in_->planned.push_back(&node);
  return at->second;
}
LEAT_DECL const std::vector<const lineage_node*>& job::planned() const { return in_->planned; }
LEAT_DECL const job::output& job::made(const lineage_node& node) const { return in_->outputs.at(&node); }

LEAT_DECL void job::take(effects&& done) {
  if (keep_) return done.commit();
  const std::lock_guard lock(in_->mutex);
  in_->held.absorb(std::move(done));
}
LEAT_DECL void job::commit() { in_->held.commit(); }

}  // namespace leat::core

#endif
