// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/frame.hpp>

#include "support.hpp"

namespace wire_frame {
namespace {

using leat::wire::frame_header;
using leat::wire::frame_kind;
using leat::wire::frame_reader;

std::string frame(const frame_header& h, std::string_view body) {
  std::string out(leat::wire::header_size, '\0');
  leat::wire::write_header(out.data(), h);
  return out + std::string(body);
}

std::string frame(frame_kind kind, std::string_view body) {
  return frame({.kind = kind, .session = 1, .batch = 2, .count = 3, .length = body.size()}, body);
}

std::string error_of(std::string_view bytes, std::uint64_t max_length = leat::wire::default_max_length) {
  frame_reader reader(max_length);
  try {
    reader.feed(bytes);
    frame_header h;
    std::string_view body;
    while (reader.next(h, body)) {
    }
    reader.at_end();
  } catch (const leat::protocol_error& e) {
    return e.what();
  }
  return {};
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST_CASE("frame: the golden stream is read and written alike") {
  std::string golden = test::read_file(test::golden_folder() / "frames.bin");
  frame_reader reader;
  reader.feed(golden);
  frame_header h;
  std::string_view body;
  std::vector<frame_header> headers;
  std::string written;
  while (reader.next(h, body)) {
    headers.push_back(h);
    written += frame(h, body);
  }
  reader.at_end();
  CHECK(written == golden);
  REQUIRE(headers.size() == 7);
  for (std::size_t i = 0; i != 7; ++i) CHECK(static_cast<std::size_t>(headers[i].kind) == i + 1);
  CHECK(headers[0].batch == leat::wire::none);
  CHECK(headers[1].count == 3);
  CHECK(headers[3].session == 0xFFFFFFFF);
  CHECK(headers[4].batch == std::uint64_t{1} << 40);
  CHECK(headers[5].count == leat::wire::none);
}

TEST_CASE("frame_reader: byte by byte equals all at once") {
  std::string stream = frame(frame_kind::data, "hello") + frame(frame_kind::end, "") +
                       frame(frame_kind::data, std::string(100000, 'x')) + frame(frame_kind::closed, "");
  for (std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{33}, std::size_t{5000}, stream.size()}) {
    frame_reader reader;
    std::string seen;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      reader.feed(std::string_view(stream).substr(at, step));
      frame_header h;
      std::string_view body;
      while (reader.next(h, body)) seen += frame(h, body);
    }
    reader.at_end();
    CHECK(reader.pending() == 0);
    CHECK(seen == stream);
  }
}

TEST_CASE("frame_reader: bodies handed out stay until the next call of space") {
  frame_reader reader;
  reader.feed(frame(frame_kind::data, "one") + frame(frame_kind::data, "two"));
  frame_header h;
  std::string_view first, second;
  REQUIRE(reader.next(h, first));
  REQUIRE(reader.next(h, second));
  CHECK(first == "one");
  CHECK(second == "two");
}

TEST_CASE("behaviour 25: truncated frames") {
  std::string whole = frame(frame_kind::data, "hello");
  CHECK(error_of("") == "");
  CHECK(error_of(whole) == "");
  for (std::size_t n = 1; n != whole.size(); ++n) {
    CAPTURE(n);
    CHECK(contains(error_of(whole.substr(0, n)), "the stream ended inside a frame"));
  }
  CHECK(error_of(whole.substr(0, 34)) == "leat: the stream ended inside a frame: 2 of the 5 bytes of its body arrived");
  CHECK(error_of(whole.substr(0, 9)) == "leat: the stream ended inside a frame: 9 of the 32 bytes of its header arrived");
}

TEST_CASE("behaviour 25: garbage frames") {
  std::string text = "HTTP/1.1 200 OK\r\nServer: something\r\n";
  CHECK(contains(error_of(text), "the magic 'lt' is missing; the frame begins with the bytes 48 54 54 50"));

  std::string bad = frame(frame_kind::data, "");
  bad[2] = 0;
  CHECK(contains(error_of(bad), "a frame of the unknown kind 0"));
  bad[2] = 99;
  CHECK(contains(error_of(bad), "a frame of the unknown kind 99"));
  bad[2] = 16;
  CHECK(contains(error_of(bad), "a frame of the reserved kind 16"));
  for (const auto& [kind, flags] :
       {std::pair{2, 2}, {2, 8}, {3, 4}, {5, 1}, {8, 1}, {9, 2}, {9, 4}}) {  // data is 2, slot 8, free 9
    bad[2] = static_cast<char>(kind);
    bad[3] = static_cast<char>(flags);
    CHECK(contains(error_of(bad), "unknown flags " + std::to_string(flags)));
  }
}

TEST_CASE("behaviour 25: oversize frames, and claims that allocate nothing") {
  std::string huge = frame({.length = std::uint64_t{1} << 62}, "some");
  CHECK(contains(error_of(huge), "a frame of 4611686018427387904 bytes, where at most 1099511627776 are allowed"));
  CHECK(contains(error_of(frame({.length = 1001}, ""), 1000), "a frame of 1001 bytes, where at most 1000 are allowed"));

  for (std::uint64_t claim :
       {std::uint64_t{1} << 31, (std::uint64_t{1} << 31) - 1, std::uint64_t{1} << 33, std::uint64_t{1} << 62}) {
    frame_reader reader(~std::uint64_t{0});
    reader.feed(frame({.length = claim}, "some"));
    frame_header h;
    std::string_view body;
    for (int i = 0; i != 100; ++i) {
      reader.feed("more");
      CHECK(!reader.next(h, body));
    }
    CHECK(reader.space().size < 1000000);
    CHECK(reader.capacity() < 1000000);
    CHECK_THROWS_AS(reader.at_end(), leat::protocol_error);
  }
}

TEST_CASE("behaviour 25: a frame of 0 bytes and one of 20 MB") {
  frame_reader reader;
  std::string large(20'000'000, 'x');
  reader.feed(frame(frame_kind::data, ""));
  reader.feed(frame(frame_kind::data, large));
  frame_header h;
  std::string_view body;
  REQUIRE(reader.next(h, body));
  CHECK(body.empty());
  REQUIRE(reader.next(h, body));
  CHECK(body == large);
}

}  // namespace
}  // namespace wire_frame
