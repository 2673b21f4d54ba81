// SPDX-License-Identifier: BSL-1.0
#include <leat/core/error.hpp>
#include <leat/kit/part_count.hpp>
#include <leat/posix/cpus.hpp>
#include <leat/run/engine/options.hpp>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

namespace leat {

LEAT_DECL std::size_t core::parse_bytes(const std::string& name, const std::string& text) {
  std::size_t n = 0;
  const char* last = text.data() + text.size();
  auto [end, fault] = std::from_chars(text.data(), last, n);
  static constexpr std::string_view suffixes = "KMG";
  unsigned shift = 0;
  if (fault == std::errc() && last - end == 1)
    if (auto at = suffixes.find(static_cast<char>(*end & ~0x20)); at != suffixes.npos)
      shift = 10 * static_cast<unsigned>(at + 1), ++end;
  if (fault != std::errc() || end != last || (n << shift) >> shift != n)
    throw usage_error(name + " is \"" + text + "\", but must be a number of bytes, such as 1000000, 512M or 2G");
  return n << shift;
}

LEAT_DECL context_options core::resolved(context_options given) {
  if (const char* text = std::getenv("LEAT_SLOTS")) {
    const char* last = text + std::strlen(text);
    auto [end, fault] = std::from_chars(text, last, given.slots);
    if (fault != std::errc() || end != last || given.slots == 0)
      throw usage_error("LEAT_SLOTS is \"" + std::string(text) + "\", but must be a number from 1");
  }
  if (const char* text = std::getenv("LEAT_MEMORY_LIMIT")) given.memory_limit = parse_bytes("LEAT_MEMORY_LIMIT", text);
  std::string name = "context_options::temp";
  if (const char* text = std::getenv("LEAT_TEMP")) name = "LEAT_TEMP", given.temp = text;
  if (given.slots == 0) given.slots = usable_cpus();
  part_count(std::getenv("LEAT_SLOTS") != nullptr ? "LEAT_SLOTS" : "context_options::slots", given.slots, 0,
             "number of tasks at a time");
  if (given.temp.empty()) {
    const char* text = std::getenv("TMPDIR");
    given.temp = text != nullptr && *text != '\0' ? text : "/tmp";
  } else {
    struct stat what{};
    std::string why;
    if (::stat(given.temp.c_str(), &what) != 0)
      why = std::strerror(errno);
    else if (!S_ISDIR(what.st_mode))
      why = "it is not a folder";
    else if (::access(given.temp.c_str(), W_OK | X_OK) != 0)
      why = std::strerror(errno);
    if (!why.empty()) throw usage_error(name + " is \"" + given.temp + "\", which cannot hold temporary files: " + why);
  }
  return given;
}

}  // namespace leat
