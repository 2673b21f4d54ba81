// expect: leat: text_lines takes a text (std::string_view); docs/errors.md#text-lines-text
#include <leat/native.hpp>

#include <filesystem>

int main() {
  const std::filesystem::path path("/etc/passwd");
  return static_cast<int>(leat::text_lines(path) | leat::count());
}
