// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_INTERPRETER_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_INTERPRETER_IPP

#include <leat/core/error.hpp>
#include <leat/posix/descriptor.hpp>
#include <leat/posix/memory_file.hpp>
#include <leat/posix/write_all.hpp>
#include <leat/python/environment/impl/package.ipp>
#include <leat/python/environment/impl/settings.ipp>
#include <leat/python/environment/options.hpp>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// Finding the interpreter, and what it is started with.
namespace leat::python_detail {

/// Where the worker's compiled code may be kept, less the Python version: in $LEAT_CACHE, $XDG_CACHE_HOME/leat or
/// ~/.cache/leat. Empty for LEAT_CACHE=off, and where Python itself may not write bytecode.
inline std::string code_file() {
  const auto variable = [](const char* name) {
    const char* const v = std::getenv(name);
    return std::string(v != nullptr ? v : "");
  };
  std::string folder = variable("LEAT_CACHE");
  if (folder == "off" || (folder.empty() && !variable("PYTHONDONTWRITEBYTECODE").empty())) return {};
  if (folder.empty() && !variable("XDG_CACHE_HOME").empty()) folder = variable("XDG_CACHE_HOME") + "/leat";
  if (folder.empty() && !variable("HOME").empty()) folder = variable("HOME") + "/.cache/leat";
  if (folder.empty() || folder[0] != '/' || folder.find(';') != std::string::npos) return {};
  std::uint64_t hash = 0;  // another source has another file; so may the same one have under another standard library
  for (auto const& m : package) hash = hash * 31 + std::hash<std::string_view>{}(m.text);
  char name[32];
  std::snprintf(name, sizeof name, "/worker-%016llx", static_cast<unsigned long long>(hash));
  return folder + name;
}

inline std::string signal_name(int signal) {
  static constexpr std::pair<int, const char*> names[] = {
      {SIGKILL, "SIGKILL"}, {SIGSEGV, "SIGSEGV"}, {SIGABRT, "SIGABRT"},     {SIGBUS, "SIGBUS"},   {SIGTERM, "SIGTERM"},
      {SIGFPE, "SIGFPE"},   {SIGILL, "SIGILL"},   {SIGINT, "SIGINT"},       {SIGPIPE, "SIGPIPE"}, {SIGHUP, "SIGHUP"},
      {SIGXCPU, "SIGXCPU"}, {SIGALRM, "SIGALRM"}, {SIGQUIT, "SIGQUIT"},     {SIGTRAP, "SIGTRAP"}, {SIGUSR1, "SIGUSR1"},
      {SIGUSR2, "SIGUSR2"}, {SIGXFSZ, "SIGXFSZ"}, {SIGVTALRM, "SIGVTALRM"}, {SIGPROF, "SIGPROF"}, {SIGSYS, "SIGSYS"},
      {SIGIO, "SIGIO"},     {SIGPWR, "SIGPWR"},   {SIGSTKFLT, "SIGSTKFLT"}};
  for (auto const& [number, name] : names)
    if (number == signal) return std::string(name) + " (signal " + std::to_string(signal) + ")";
  if (signal >= SIGRTMIN && signal <= SIGRTMAX)
    return "SIGRTMIN+" + std::to_string(signal - SIGRTMIN) + " (signal " + std::to_string(signal) + ")";
  return "signal " + std::to_string(signal);
}

/// Of a status as waitpid gives it.
inline std::string how_it_ended(int status) {
  return WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : "exit code " + std::to_string(WEXITSTATUS(status));
}

inline std::string text_of(const std::deque<std::string>& lines) {
  std::string text;
  for (auto const& l : lines) text += (text.empty() ? "  " : "\n  ") + l;
  return text;
}

/// Where an interpreter was found, and the folder of its venv or conda environment, where that was given.
struct found_interpreter {
  std::string path, prefix{};
};

inline bool is_folder(const std::string& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

inline found_interpreter find_interpreter(const std::string& given) {
  const char* const variable = std::getenv("LEAT_PYTHON");
  const bool from_variable = given.empty() && variable != nullptr && *variable != '\0';
  const std::string name = !given.empty() ? given : from_variable ? variable : "python3";
  const std::string advice =
      "; install it (Debian and Ubuntu: apt-get install python3), or name a Python 3.9 or newer in LEAT_PYTHON or "
      "python_options.interpreter";
  const std::string whose = from_variable ? " (from LEAT_PYTHON)" : "";
  if (name.find('/') != std::string::npos) {
    std::string path = absolute_path(name, "the Python interpreter" + whose);
    if (is_folder(path)) {
      while (path.back() == '/') path.pop_back();
      for (const char* program : {"/bin/python3", "/bin/python"})
        if (const std::string inside = path + program; ::access(inside.c_str(), X_OK) == 0 && !is_folder(inside))
          return {inside, path};
      throw start_failed("no Python environment in the folder " + name + whose + ": looked for " + path + "/bin/python3 and " +
                         path + "/bin/python" + advice);
    }
    if (::access(name.c_str(), X_OK) != 0)
      throw start_failed("no Python interpreter at " + name + whose + ": " + std::strerror(errno) + advice);
    return {path};
  }
  const char* const path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  const std::string looked(rest);
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    std::string candidate = std::string(rest.substr(0, colon)) + "/" + name;
    if (candidate[0] == '/' && ::access(candidate.c_str(), X_OK) == 0 && !is_folder(candidate)) return {candidate};
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  const std::string here = is_folder(name) ? "; the folder of that name here is written ./" + name : "";
  throw start_failed("no Python interpreter: looked for '" + name + "'" + whose + " in PATH (" + looked + ")" + here + advice);
}

/// The environment of the daemon: the host's, what activating the interpreter's environment sets, what makes runs repeatable
/// and single-threaded where it is not set, and the user's.
inline std::vector<std::string> daemon_environment(const python_options& options, const std::string& prefix) {
  std::vector<std::string> all;
  const auto set = [&](const std::string& name, const std::string& value, bool replace) {
    for (auto& entry : all)
      if (entry.compare(0, name.size() + 1, name + "=") == 0) {
        if (replace) entry = name + "=" + value;
        return;
      }
    all.push_back(name + "=" + value);
  };
  for (char** e = environ; *e != nullptr; ++e) all.emplace_back(*e);
  if (!prefix.empty()) {
    const char* const path = std::getenv("PATH");
    set("PATH", prefix + "/bin" + (path != nullptr ? std::string(":") + path : std::string()), true);
    set(is_folder(prefix + "/conda-meta") ? "CONDA_PREFIX" : "VIRTUAL_ENV", prefix, true);
  }
  for (const char* threads : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"})
    set(threads, "1", false);
  set("PYTHONHASHSEED", "0", false);
  set("PYTHONUTF8", "1", false);
  for (auto const& [name, value] : options.variables) set(name, value, true);
  set("MALLOC_MMAP_THRESHOLD_", "67108864", false);  // large records: without both, trimming costs four fifths of the speed
  set("MALLOC_TRIM_THRESHOLD_", "134217728", false);
  const std::string code = code_file();
  set("LEAT_WORKER",
      std::string("start=") + (options.start == start_method::spawn ? "spawn" : "fork") + ";pid=" + std::to_string(::getpid()) +
          ";patience=" + std::to_string(options.start_timeout.count()) + (code.empty() ? "" : ";code=" + code),
      true);
  return all;
}

/// The package and the settings' pickle as one file without a name: a line with the name and size of each part, and the parts.
inline descriptor package_file(const std::string& settings) {
  std::string all;
  all.reserve(std::size_t{512} << 10);  // room for the package and for usual settings
  const auto entry = [&](std::string_view name, std::size_t size) { all.append(name) += " " + std::to_string(size) + " "; };
  for (auto const& m : package) {
    entry(m.name, m.text.size());
    if (&m == package) entry("settings", settings.size());
  }
  all += "\n";
  for (auto const& m : package) {
    all += m.text;
    if (&m == package) all += settings;
  }
  descriptor file;
  if (const int error = make_memory_file("leat", all, false, file))
    throw start_failed("cannot hand the worker's source over: " + core::reason_of(error));
  return file;
}

}  // namespace leat::python_detail

#endif
