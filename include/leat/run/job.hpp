// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_JOB_HPP
#define LEAT_RUN_JOB_HPP

#include <leat/core/effects.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace leat::core {

class engine;
class lineage_node;

/// One run of an action. Holds what the lineage's shuffles have made until the action ends.
class job {
 public:
  /// What a node made for this job, and how often it will be read.
  struct output {
    std::shared_ptr<void> data{};
    std::size_t readers = 0;
    bool fragile = false;  // a reader may be retried
  };

  explicit job(engine& e, bool keep = true) : engine_(e), keep_(keep) {}
  job(job&&) = delete;

  engine& home() const { return engine_; }
  output& plan(const lineage_node& node) {
    const auto [at, fresh] = outputs_.try_emplace(&node);
    if (fresh) planned_.push_back(&node);
    return at->second;
  }
  /// The nodes that have an output.
  const std::vector<const lineage_node*>& planned() const { return planned_; }
  const output& made(const lineage_node& node) const { return outputs_.at(&node); }
  /// A job that had to start again keeps what its tasks read.
  bool keeps() const { return keep_; }
  /// Whether the one reader of `made` may move its elements away.
  bool may_move(const output& made) const { return !keep_ && made.readers == 1 && !made.fragile; }

  /// Takes the effects of a task that has succeeded: they count at once, or with `commit` where the job may start again.
  void take(effects&& done) {
    if (keep_) return done.commit();
    const std::lock_guard held(mutex_);
    held_.absorb(std::move(done));
  }
  void commit() { held_.commit(); }

 private:
  engine& engine_;
  bool keep_;
  std::unordered_map<const lineage_node*, output> outputs_{};
  std::vector<const lineage_node*> planned_{};
  std::mutex mutex_{};
  effects held_{};
};

}  // namespace leat::core

#endif
