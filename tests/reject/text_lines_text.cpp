// expect: leat: text_lines takes a text (std::string_view); docs/errors.md#text-lines-text
#include <filesystem>
#include <leat/native.hpp>

int main() {
  const std::filesystem::path path("/etc/passwd");
  return static_cast<int>(leat::text_lines(path) | leat::count());
}
