// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/buffer.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace wire_buffer {
namespace {

TEST_CASE("buffer: grows, keeps its memory on clear, moves") {
  leat::wire::buffer b;
  CHECK(b.empty());
  std::string expected;
  for (int i = 0; i != 1000; ++i) {
    b.append("abc");
    b.push('\0');
    expected += std::string("abc\0", 4);
  }
  CHECK(b.view() == expected);

  char* p = b.grow(10);
  p[0] = 'x';
  b.commit(p + 1);
  CHECK(b.size() == expected.size() + 1);

  std::size_t capacity = b.capacity();
  leat::wire::buffer moved = std::move(b);
  CHECK(moved.capacity() == capacity);
  CHECK(b.size() == 0);  // NOLINT: a moved-from buffer is empty
  moved.clear();
  CHECK(moved.empty());
  CHECK(moved.capacity() == capacity);
  b = std::move(moved);
  CHECK(b.capacity() == capacity);
}

TEST_CASE("buffer: a room that no memory can give is refused") {
  leat::wire::buffer b;
  b.append("abc");
  CHECK_THROWS_AS(b.grow(~std::size_t{0}), std::bad_alloc);
  CHECK(b.view() == "abc");
}

}  // namespace
}  // namespace wire_buffer
