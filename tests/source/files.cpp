// SPDX-License-Identifier: BSL-1.0
#include <leat/native.hpp>
#include <leat/source/files.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace source_files {
namespace {

namespace fs = std::filesystem;

/// A folder of small files, each holding its own name; removed at the end.
struct tree {
  fs::path root = "/tmp/leat-files-" + std::to_string(::getpid());
  tree() {
    for (const char* name : {"b.txt", "a.py", "sub/c.py", "sub/deep/d.py", "sub.txt", ".hidden.py", "z/e.txt"}) {
      fs::create_directories((root / name).parent_path());
      std::ofstream(root / name) << name;
    }
    fs::create_symlink(root, root / "sub/loop");
    fs::create_symlink(root / "a.py", root / "link.py");
    fs::create_symlink(root / "nowhere", root / "broken.py");
    fs::create_symlink(root / "self.py", root / "self.py");
  }
  ~tree() { fs::remove_all(root); }
  std::vector<std::string> names(const std::vector<leat::file>& found) const {
    std::vector<std::string> all;
    for (auto const& f : found) all.push_back(f.path.string().substr(root.string().size() + 1));
    return all;
  }
};

using names = std::vector<std::string>;

TEST_CASE("files of a folder: all of them, at any depth, by name; links to folders are not entered") {
  tree t;
  CHECK(t.names(leat::files(t.root)) ==
        names{".hidden.py", "a.py", "b.txt", "link.py", "sub/c.py", "sub/deep/d.py", "sub.txt", "z/e.txt"});
  auto found = leat::files(t.root / "a.py");
  CHECK(found == std::vector<leat::file>{{t.root / "a.py", 4}});
  fs::create_directory(t.root / "empty");
  CHECK(leat::files(t.root / "empty").empty());
}

TEST_CASE("files of a pattern") {
  tree t;
  CHECK(t.names(leat::files(t.root / "*.py")) == names{"a.py", "link.py"});
  CHECK(t.names(leat::files(t.root / "?.*")) == names{"a.py", "b.txt"});
  CHECK(t.names(leat::files(t.root / "[ab].*")) == names{"a.py", "b.txt"});
  CHECK(t.names(leat::files(t.root / "**/*.py")) == names{"a.py", "link.py", "sub/c.py", "sub/deep/d.py"});
  CHECK(t.names(leat::files(t.root / "sub/**/*.py")) == names{"sub/c.py", "sub/deep/d.py"});
  CHECK(t.names(leat::files(t.root / "s*")) == names{"sub/c.py", "sub/deep/d.py", "sub.txt"});
  CHECK(t.names(leat::files(t.root / "z/**")) == names{"z/e.txt"});
  std::ofstream(t.root / "w[1].txt") << "x";
  CHECK(t.names(leat::files(t.root / "w[1].txt")) == names{"w[1].txt"});
  const fs::path here = fs::current_path();
  fs::current_path(t.root);
  CHECK(leat::files("*.txt").front().path == "b.txt");
  CHECK(leat::files("sub/*.py").front().path == "sub/c.py");
  fs::current_path(here);
}

TEST_CASE("a part of a path that exists is no pattern") {
  tree t;
  for (const char* name : {"run [7]/a.txt", "run 7/b.txt", "run 7/[x].txt", "run 7/x.txt", "what?/c.txt", "whats/d.txt",
                           "x*/e.txt", "xy/f.txt", "run [7]/deep [1]/g.txt", "run [7]/deep 1/h.txt"}) {
    fs::create_directories((t.root / name).parent_path());
    std::ofstream(t.root / name) << name;
  }
  struct row {
    const char* pattern;
    names found;
  };
  for (auto const& [pattern, found] :
       {row{"run [7]/*.txt", {"run [7]/a.txt"}},
        row{"run [7]/**/*.txt", {"run [7]/a.txt", "run [7]/deep 1/h.txt", "run [7]/deep [1]/g.txt"}},
        row{"run [7]/deep [1]/*", {"run [7]/deep [1]/g.txt"}}, row{"run [7-8]/b.txt", {"run 7/b.txt"}},
        row{"*/deep [1]/*.txt", {"run [7]/deep [1]/g.txt"}}, row{"what?/*", {"what?/c.txt"}}, row{"x*/*", {"x*/e.txt"}},
        row{"run 7/[x].*", {"run 7/x.txt"}}, row{"run 7/\\[x].*", {"run 7/[x].txt"}},
        row{"run \\[[78]\\]/*.txt", {"run [7]/a.txt"}}, row{"run 7/[x].txt", {"run 7/[x].txt"}},
        row{"x?/*", {"x*/e.txt", "xy/f.txt"}}, row{"what\\?/*", {"what?/c.txt"}}}) {
    CAPTURE(std::string(pattern));
    CHECK(t.names(leat::files(t.root / pattern)) == found);
  }
  CHECK_THROWS_AS(leat::files(t.root / "run [8]" / "*.txt"), leat::input_error);
}

TEST_CASE("files of a list, in the list's order") {
  tree t;
  CHECK(t.names(leat::files({t.root / "sub", t.root / "*.txt", t.root / "a.py"})) ==
        names{"sub/c.py", "sub/deep/d.py", "b.txt", "sub.txt", "a.py"});
  CHECK(t.names(leat::files(std::vector<fs::path>{t.root / "z"})) == names{"z/e.txt"});
}

TEST_CASE("a path is text, and a path of the standard library where one is wanted") {
  const leat::file_path path = fs::path("/a/b.tar.gz");
  const fs::path copied = path, made(path);
  CHECK(copied == fs::path("/a/b.tar.gz"));
  CHECK(made == path);
  CHECK((path.filename() == "b.tar.gz" && path.stem() == "b.tar" && path.extension() == ".gz" && path.parent_path() == "/a"));
  CHECK((path.parent_path() / "c" == "/a/c" && path.parent_path() / fs::path("/d") == "/d" && fs::path("/x") / path == path));
  CHECK(std::hash<leat::file_path>()(path) == std::hash<std::string>()(path.string()));
  tree t;
  std::vector<std::string> all;
  for (auto const& entry : fs::directory_iterator(t.root / "z")) all.push_back(leat::files(entry).front().path);
  CHECK(all == names{t.root / "z/e.txt"});
  CHECK(leat::files(std::vector<std::string>(1, t.root / "a.py")).front() == leat::file{t.root / "a.py", 4});
}

TEST_CASE("files that are not there") {
  CHECK_THROWS_WITH_AS(leat::files("/no/such"), "leat: cannot find /no/such: No such file or directory", leat::input_error);
  CHECK_THROWS_WITH_AS(leat::files("/tmp/*.none-such"),
                       "leat: cannot find a file that matches /tmp/*.none-such: No such file or directory", leat::input_error);
  CHECK_THROWS_AS(leat::files({"/etc/passwd", "/no/such"}), leat::input_error);
  CHECK_THROWS_WITH_AS(leat::file{"/no/such"}.text(), "leat: cannot open /no/such: No such file or directory",
                       leat::input_error);
  CHECK_THROWS_AS(leat::file{"/tmp"}.bytes(), leat::input_error);
}

TEST_CASE("a folder that cannot be read is an error, not a gap" * doctest::skip(::geteuid() == 0)) {
  tree t;
  fs::permissions(t.root / "sub", fs::perms::none);
  CHECK_THROWS_AS(leat::files(t.root), leat::input_error);
  CHECK_THROWS_AS(leat::files(t.root / "s*" / "c.py"), leat::input_error);
  fs::permissions(t.root / "sub", fs::perms::owner_all);
}

TEST_CASE("a file's text and bytes") {
  tree t;
  CHECK((leat::files(t.root / "sub") | leat::map(&leat::file::text) | leat::to_vector()) == names{"sub/c.py", "sub/deep/d.py"});
  CHECK((leat::files(t.root) | leat::filter([](auto const& f) { return f.path.extension() == ".txt"; }) | leat::count()) == 3);
  const std::string large(300'000, 'y');
  std::ofstream(t.root / "large") << large;
  const leat::file f{t.root / "large"};
  CHECK(f.text() == large);
  CHECK(f.bytes().size() == large.size());
  CHECK(std::memcmp(f.bytes().data(), large.data(), large.size()) == 0);
  CHECK(leat::file{"/dev/null"}.text().empty());
  CHECK(leat::file{"/proc/self/status"}.text().find("Name:") == 0);  // a file that says it has no bytes
}

}  // namespace
}  // namespace source_files
