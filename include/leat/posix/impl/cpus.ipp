// SPDX-License-Identifier: BSL-1.0
#include <leat/posix/cpus.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <sched.h>
#include <unistd.h>

namespace leat {

LEAT_DECL double core::cgroup_cpus(const std::string& proc_self_cgroup, const std::string& mount) {
  double least = 0;
  auto limit = [&](double quota, double period) {
    if (quota > 0 && period > 0 && (least == 0 || quota / period < least)) least = quota / period;
  };
  // A group's own quota and those of the groups above it all hold; inside a container the path may not exist: then the mount
  // itself.
  auto walk = [&](std::string folder, std::string path, bool v2) {
    for (;;) {
      double quota = 0, period = 0;
      if (v2) {
        std::ifstream(folder + path + "/cpu.max") >> quota >> period;  // "max" leaves quota at 0
      } else {
        std::ifstream(folder + path + "/cpu.cfs_quota_us") >> quota;
        std::ifstream(folder + path + "/cpu.cfs_period_us") >> period;
      }
      limit(quota, period);
      if (path.empty()) return;
      path.erase(path.rfind('/'));
    }
  };
  std::istringstream lines(proc_self_cgroup);
  for (std::string line; std::getline(lines, line);) {  // hierarchy:controllers:/path
    auto a = line.find(':');
    auto b = line.find(':', a + 1);
    if (a == std::string::npos || b == std::string::npos || b + 1 >= line.size() || line[b + 1] != '/') continue;
    std::string controllers = line.substr(a + 1, b - a - 1), path = line.substr(b + 1);
    if (path == "/") path.clear();
    if (controllers.empty())
      walk(mount, path, true);
    else if ((',' + controllers + ',').find(",cpu,") != std::string::npos)
      for (const std::string& name : {controllers, std::string("cpu")}) walk(mount + "/" + name, path, false);
  }
  return least;
}

LEAT_DECL std::size_t usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::size_t n = static_cast<std::size_t>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L));
  if (::sched_getaffinity(0, sizeof set, &set) == 0) n = static_cast<std::size_t>(CPU_COUNT(&set));
  std::ostringstream groups;
  if (std::ifstream file("/proc/self/cgroup"); file) groups << file.rdbuf();
  if (double quota = core::cgroup_cpus(groups.str(), "/sys/fs/cgroup"); quota > 0) {
    const auto whole = static_cast<std::size_t>(quota);
    n = std::min(n, static_cast<double>(whole) < quota ? whole + 1 : whole);
  }
  return std::max<std::size_t>(n, 1);
}

}  // namespace leat
