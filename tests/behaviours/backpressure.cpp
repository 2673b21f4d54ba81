// SPDX-License-Identifier: BSL-1.0
// Results: 43.
#include <leat/python/python.hpp>
#include <leat/sink/sum.hpp>
#include <leat/source/generate.hpp>
#include <leat/stage/map.hpp>
#include <leat/stage/take.hpp>

#include "../python/support.hpp"

namespace behaviours_backpressure {
namespace {

using namespace support;

constexpr std::size_t record = 1 << 20;
constexpr std::size_t records = sanitized ? 64 : 1024;  // of 1 MB: a stream of 1 GB

/// The figure of /proc/PID/status, in MB.
std::size_t megabytes(pid_t pid, const std::string& name) {
  std::istringstream status(proc_text(pid, "status"));
  for (std::string line; std::getline(status, line);)
    if (line.rfind(name + ":", 0) == 0) return std::stoul(line.substr(name.size() + 1)) / 1024;
  return 0;
}

/// Consumes bytes at the speed of an unoptimized loop over a quarter of them, and notes how much memory the program had
/// meanwhile.
struct slow_consumer {
  std::size_t at_first = megabytes(::getpid(), "VmRSS"), most = at_first, seen = 0;

  std::size_t operator()(const leat::bytes& x) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < x.size(); i += 4) sum += static_cast<std::size_t>(x[i]);
    if (++seen % 16 == 0) most = std::max(most, megabytes(::getpid(), "VmRSS"));
    return x.size() + sum;
  }
};

void check_memory(const leat::python<>& py, const slow_consumer& host) {
  if (sanitized) return;
  CHECK(host.most - host.at_first < 64);
  for (const pid_t pid : py.worker_pids()) {
    CHECK(megabytes(pid, "VmHWM") > 0);
    CHECK(megabytes(pid, "VmHWM") < 128);
  }
}

TEST_CASE("behaviour 43: a slow consumer behind a fast worker, over 1 GB, in bounded memory") {
  const leat::python py(quiet(2));
  slow_consumer behind_stage, behind_source;
  const std::vector<std::size_t> one{records};
  CHECK((one | py.flat_map<leat::bytes>("lambda n: (bytes(1 << 20) for _ in range(n))") | leat::map(std::ref(behind_stage)) |
         leat::sum()) == records * record);
  CHECK(behind_stage.seen == records);
  check_memory(py, behind_stage);
  CHECK((py.generate<leat::bytes>("lambda: (bytes(1 << 20) for _ in range(n))").bind("n", records) |
         leat::map(std::ref(behind_source)) | leat::sum()) == records * record);
  CHECK(behind_source.seen == records);
  check_memory(py, behind_source);
}

TEST_CASE("behaviour 43: slow workers behind a fast producer, over 1 GB, in bounded memory") {
  auto options = quiet(2);
  options.imports = {"zlib"};
  const leat::python py(options);
  slow_consumer host;
  auto produced = leat::generate([] { return leat::bytes(record); }) | leat::take(records);
  auto noted = leat::map([&](std::size_t n) {
    host.most = std::max(host.most, megabytes(::getpid(), "VmRSS"));
    return n;
  });
  CHECK((produced | py.map<std::size_t>("lambda x: zlib.adler32(zlib.crc32(x).to_bytes(4, 'big')) and len(x)") | noted |
         leat::sum()) == records * record);
  check_memory(py, host);
}

}  // namespace
}  // namespace behaviours_backpressure
