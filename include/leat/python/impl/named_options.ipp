// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_NAMED_OPTIONS_IPP
#define LEAT_PYTHON_IMPL_NAMED_OPTIONS_IPP

#include <leat/python/environment/environment.hpp>
#include <leat/python/named_options.hpp>

#include <utility>

namespace leat::python_detail {

LEAT_DECL std::shared_ptr<pool> start_pool(python_options& given, const named_options& named) {
  const python_options usual;
  // Names for all options, so that one more does not compile before it is looked after here, in `python`, in `named_options`
  // and in `python_setup`.
  [[maybe_unused]] const auto& [interpreter, imports, path, files, archives, requirements, preload, working_folder, variables,
                                worker_variables, init, exit, workers, start, attempts, start_timeout, memory, nice, umask,
                                recycle_sessions, recycle_memory, idle_timeout, debug, profile, log] = usual;
  python_options all = std::exchange(given, {});
  if (!named.interpreter().empty()) all.interpreter = named.interpreter();
  if (!named.working_folder.empty()) all.working_folder = std::move(named.working_folder);
  for (auto [from, to] :
       {std::pair{&named.imports, &all.imports}, std::pair{&named.path, &all.path}, std::pair{&named.archives, &all.archives},
        std::pair{&named.requirements, &all.requirements}, std::pair{&named.preload, &all.preload}})
    if (!from->empty()) *to = std::move(*from);
  if (!named.files.empty()) all.files = std::move(named.files);
  if (!named.variables.empty()) all.variables = std::move(named.variables);
  if (!named.worker_variables.empty()) all.worker_variables = std::move(named.worker_variables);
  if (!named.init.function.empty()) all.init = std::move(named.init);
  if (!named.exit.function.empty()) all.exit = std::move(named.exit);
  if (named.workers != usual.workers) all.workers = named.workers;
  if (named.start != usual.start) all.start = named.start;
  if (named.attempts != usual.attempts) all.attempts = named.attempts;
  if (named.start_timeout != usual.start_timeout) all.start_timeout = named.start_timeout;
  if (named.memory != usual.memory) all.memory = named.memory;
  if (named.nice != usual.nice) all.nice = named.nice;
  if (named.umask) all.umask = named.umask;
  if (named.recycle_sessions != usual.recycle_sessions) all.recycle_sessions = named.recycle_sessions;
  if (named.recycle_memory != usual.recycle_memory) all.recycle_memory = named.recycle_memory;
  if (named.idle_timeout != usual.idle_timeout) all.idle_timeout = named.idle_timeout;
  if (named.debug) all.debug = true;
  if (named.profile) all.profile = true;
  if (named.log) all.log = std::move(named.log);
  auto made = make_pool(std::move(all));
  named.interpreter = interpreter_of(*made);
  named.profile = {options_of(*made).profile, made};
  return made;
}

}  // namespace leat::python_detail

#endif
