// SPDX-License-Identifier: BSL-1.0
#include <leat/run/context.hpp>
#include <leat/run/operation/per_partition.hpp>
#include <leat/stage/map.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include <unistd.h>

namespace run_text {
namespace {

struct text_folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("leat-text-" + std::to_string(::getpid()));
  text_folder() { std::filesystem::create_directories(path); }
  ~text_folder() { std::filesystem::remove_all(path); }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return path / name;
  }
};

using lines = std::vector<std::string>;

TEST_CASE("behaviour 44: text_file splits at partition edges exactly once") {
  leat::context ctx{{.slots = 2}};
  text_folder dir;
  struct sample {
    std::string text;
    lines expected;
  };
  const std::vector<sample> samples{
      {"", {}},
      {"\n", {""}},
      {"a", {"a"}},
      {"a\nb\n", {"a", "b"}},
      {"a\nb", {"a", "b"}},
      {"a\r\nb\r\n\r\nc", {"a", "b", "", "c"}},
      {"a\rb\r\rc\r", {"a", "b", "", "c"}},
      {"\xEF\xBB\xBFx\ny", {"x", "y"}},
      {"one line that is much longer than a part\nx\n", {"one line that is much longer than a part", "x"}},
  };
  for (auto const& [text, expected] : samples) {
    const auto path = dir.write("text", text);
    for (std::size_t partitions = 1; partitions <= text.size() + 2; ++partitions) {
      CAPTURE(text);
      CAPTURE(partitions);
      CHECK(ctx.text_file(path, partitions).collect() == expected);
    }
  }
}

TEST_CASE("behaviour 44: many files, globs, and missing ones") {
  leat::context ctx{{.slots = 2}};
  text_folder dir;
  lines all;
  std::mt19937 random(3);
  for (int i = 0; i < 100; ++i) {
    std::string text, name = std::to_string(1000 + i) + (i % 2 == 0 ? ".txt" : ".log");
    for (unsigned k = random() % 20; k > 0; --k) {
      const std::string line(random() % 30, static_cast<char>('a' + i % 26));
      text += line + "\n";
      all.push_back(line);
    }
    dir.write(name, text);
  }
  for (std::size_t partitions : {1u, 3u, 64u, 500u}) CHECK(ctx.text_files(dir.path, partitions).collect() == all);
  CHECK(ctx.text_files((dir.path / "*.txt").string(), 3).count() + ctx.text_files(dir.path / "*.log", 5).count() == all.size());
  CHECK(ctx.text_files({dir.path / "1000.txt", dir.path / "1001.log"}).partitions() == 2);
  CHECK_THROWS_AS(ctx.text_file(dir.path / "gone"), leat::input_error);
  CHECK_THROWS_AS(ctx.files(dir.path / "gone"), leat::input_error);
  CHECK(ctx.text_file("/proc/self/status", 3).count() > 10);
}

TEST_CASE("behaviour 39: a file that vanishes while the job is described") {
  leat::context ctx{{.slots = 2}};
  text_folder dir;
  auto text = ctx.text_file(dir.write("gone", "a\nb\n"));
  std::filesystem::remove(dir.path / "gone");
  CHECK_THROWS_AS(text.count(), leat::input_error);
}

TEST_CASE("files: consecutive runs of about the same number of bytes") {
  leat::context ctx{{.slots = 2}};
  text_folder dir;
  for (int i = 0; i < 40; ++i) dir.write(std::to_string(100 + i), std::string(i < 4 ? 1'000'000 : 1000, 'x'));
  auto files = ctx.files(dir.path, 4);
  CHECK(files.partitions() == 4);
  const auto all = files.collect();
  CHECK(all.size() == 40);
  CHECK(std::is_sorted(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.path < b.path; }));
  auto bytes = files | leat::map([](const leat::file& f) { return f.text().size(); });
  CHECK(bytes.sum() == 4'036'000);
  auto largest =
      files | leat::per_partition(leat::map([sum = std::size_t{0}](const leat::file& f) mutable { return sum += f.size; }));
  CHECK(largest.max() < 1'500'000);
}

}  // namespace
}  // namespace run_text
