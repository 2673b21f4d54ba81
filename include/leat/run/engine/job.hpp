// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_RUN_ENGINE_JOB_HPP
#define LEAT_RUN_ENGINE_JOB_HPP

#include <leat/core/config.hpp>
#include <leat/core/effects.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace leat::core {

class engine;
class lineage_node;

/// What a node makes for a job.
struct job_data {
  virtual ~job_data() = default;
};

/// One run of an action. Holds what the lineage's shuffles have made until the action ends.
class job {
 public:
  /// What a node made for this job, and how often it will be read.
  struct output {
    std::shared_ptr<job_data> data{};
    std::size_t readers = 0;
    bool fragile = false;  // a reader may be retried

    LEAT_DECL void keep(job_data* made);
  };

  LEAT_DECL explicit job(engine& e, bool keep = true);
  job(job&&) = delete;
  LEAT_DECL ~job();

  engine& home() const { return engine_; }
  LEAT_DECL output& plan(const lineage_node& node);
  /// The nodes that have an output.
  LEAT_DECL const std::vector<const lineage_node*>& planned() const;
  LEAT_DECL const output& made(const lineage_node& node) const;
  /// A job that had to start again keeps what its tasks read.
  bool keeps() const { return keep_; }
  /// Whether the one reader of `made` may move its elements away.
  bool may_move(const output& made) const { return !keep_ && made.readers == 1 && !made.fragile; }

  /// Takes the effects of a task that has succeeded: they count at once, or with `commit` where the job may start again.
  LEAT_DECL void take(effects&& done);
  LEAT_DECL void commit();

 private:
  engine& engine_;
  bool keep_;
  struct inner;
  inner* const in_;
};

}  // namespace leat::core

#if !defined(LEAT_SEPARATE_COMPILATION)
#include <leat/run/engine/impl/job.ipp>
#endif

#endif
