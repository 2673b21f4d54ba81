// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_POSIX_IMPL_PRIVATE_FOLDER_IPP
#define LEAT_POSIX_IMPL_PRIVATE_FOLDER_IPP

#include <leat/core/error.hpp>
#include <leat/posix/private_folder.hpp>
#include <leat/posix/write_all.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace leat::python_detail {

inline constexpr char folder_prefix[] = "leat-env-";

struct parent_folder {
  dev_t device;
  ino_t number;
  const parent_folder* parent;
};

struct dir_closer {
  void operator()(DIR* d) const { ::closedir(d); }
};
using open_folder = std::unique_ptr<DIR, dir_closer>;

inline void remove_tree(const std::string& path) {
  const auto remove = [](const char* name, const struct stat*, int, FTW*) { return ::remove(name), 0; };
  ::nftw(path.c_str(), remove, 16, FTW_DEPTH | FTW_PHYS);
}

/// Removes what processes have left that ended before they could. A young folder may be one that is not locked yet.
inline void sweep(const std::string& temporary) {
  const open_folder all(::opendir(temporary.c_str()));
  if (!all) return;
  while (const dirent* entry = ::readdir(all.get())) {
    if (std::strncmp(entry->d_name, folder_prefix, sizeof folder_prefix - 1) != 0) continue;
    const std::string path = temporary + "/" + entry->d_name;
    const descriptor found(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat facts{};
    if (!found || ::fstat(found.get(), &facts) != 0 || facts.st_uid != ::geteuid()) continue;
    if (std::time(nullptr) - facts.st_mtime < 60 || ::flock(found.get(), LOCK_EX | LOCK_NB) != 0) continue;
    remove_tree(path);
  }
}

LEAT_DECL private_folder private_folder::make() {
  const char* const variable = std::getenv("TMPDIR");
  const std::string temporary = variable != nullptr && *variable == '/' ? variable : "/tmp";
  sweep(temporary);
  private_folder made;
  std::string name = temporary + "/" + folder_prefix + "XXXXXX";
  if (::mkdtemp(name.data()) == nullptr)
    throw output_error("cannot make a folder in " + temporary + ": " + std::strerror(errno) + "; TMPDIR names another place");
  made.path_ = name;
  made.lock_ = descriptor(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (made.lock_) ::flock(made.lock_.get(), LOCK_EX | LOCK_NB);
  return made;
}

LEAT_DECL private_folder::~private_folder() {
  if (!path_.empty() && mine_ == ::getpid()) remove_tree(path_);
}

LEAT_DECL void private_folder::folder(const std::string& name) const {
  for (auto slash = name.find('/');; slash = name.find('/', slash + 1)) {
    const std::string part = path_ + "/" + name.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST)
      throw output_error("cannot make the folder " + part + ": " + std::strerror(errno));
    if (slash == std::string::npos) return;
  }
}

LEAT_DECL descriptor private_folder::create(const std::string& name, unsigned mode) const {
  const std::string to = path_ + "/" + name;
  descriptor file(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file && (errno == EEXIST || errno == ENOTDIR || errno == EISDIR))
    throw usage_error("python_options ships two files as " + name.substr(name.find('/') + 1));
  if (!file || ::fchmod(file.get(), mode) != 0) throw output_error("cannot make the file " + to + ": " + std::strerror(errno));
  return file;
}

LEAT_DECL void private_folder::fill(const descriptor& file, const char* from, std::size_t n, const std::string& name) const {
  if (const int error = core::write_all(file.get(), from, n))
    throw output_error("cannot write " + path_ + "/" + name + ": " + core::reason_of(error) +
                       (error == EFBIG ? "" : "; TMPDIR names another place"));
}

LEAT_DECL void private_folder::write(const std::string& name, const std::string& text) const {
  fill(create(name, 0600), text.data(), text.size(), name);
}

LEAT_DECL void private_folder::copy(const std::string& from, const std::string& name) const { copy_to(from, name, nullptr); }

LEAT_DECL void private_folder::copy_to(const std::string& from, const std::string& name, const parent_folder* parent) const {
  const auto fail = [&](const char* why) { throw input_error("cannot ship " + from + ": " + why); };
  struct stat facts{};
  if (::stat(from.c_str(), &facts) != 0) fail(std::strerror(errno));
  const unsigned mode = (facts.st_mode & 0777u) | 0600u;
  if (S_ISDIR(facts.st_mode)) {
    const open_folder all(::opendir(from.c_str()));
    if (!all) fail(std::strerror(errno));
    for (auto const* p = parent; p != nullptr; p = p->parent)
      if (p->device == facts.st_dev && p->number == facts.st_ino) fail("a link in it leads back");
    const parent_folder here{facts.st_dev, facts.st_ino, parent};
    folder(name);
    ::chmod((path_ + "/" + name).c_str(), mode | 0100u);
    while (const dirent* entry = ::readdir(all.get())) {
      const std::string own = entry->d_name;
      if (own != "." && own != ".." && own != "__pycache__") copy_to(from + "/" + own, name + "/" + own, &here);
    }
    return;
  }
  if (!S_ISREG(facts.st_mode)) fail("it is neither a file nor a folder");
  const descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) fail(std::strerror(errno));
  const descriptor out = create(name, mode);
  char block[65536];
  for (;;) {
    const ssize_t n = ::read(in.get(), block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(std::strerror(errno));
    if (n == 0) return;
    fill(out, block, static_cast<std::size_t>(n), name);
  }
}

}  // namespace leat::python_detail

#endif
