// SPDX-License-Identifier: BSL-1.0
// Cuts any bytes into frames: at once, and as they arrive in pieces. The first byte says how large those are.
#include <leat/wire/frame.hpp>

#include <algorithm>

#include "support.hpp"

namespace {

using leat::wire::frame_header;

struct result {
  std::vector<std::pair<frame_header, std::string>> frames;
  std::string error;
};

result cut(std::string_view stream, std::size_t piece, std::uint64_t limit) {
  result r;
  leat::wire::frame_reader reader(limit);
  std::size_t fed = 0;
  try {
    while (fed != stream.size()) {
      const std::size_t n = std::min(piece, stream.size() - fed);
      reader.feed(stream.substr(fed, n));
      fed += n;
      frame_header h;
      std::string_view body;
      while (reader.next(h, body)) r.frames.emplace_back(h, body);
      fuzz::expect(reader.capacity() <= 4 * fed + 4096, "memory grows with what arrived");
    }
    reader.at_end();
  } catch (const leat::protocol_error& e) {
    r.error = e.what();
  }
  return r;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::uint64_t limit = (data[0] & 1) != 0 ? 64 : leat::wire::default_max_length;
  const result whole = cut(stream, std::max<std::size_t>(stream.size(), 1), limit),
               pieces = cut(stream, 1 + data[0] / 2u, limit);
  fuzz::expect(whole.frames == pieces.frames, "pieces give the same frames");
  fuzz::expect(whole.error == pieces.error, "pieces give the same error");

  std::string again;  // what was read is what would be written
  for (const auto& [h, body] : whole.frames) {
    char head[leat::wire::header_size];
    leat::wire::write_header(head, h);
    again.append(head, sizeof head).append(body);
    fuzz::expect(h.length == body.size() && h.length <= limit, "a body has its length, within the limit");
  }
  fuzz::expect(stream.substr(0, again.size()) == again, "the frames are the stream");
  fuzz::expect(!whole.error.empty() || again.size() == stream.size(), "nothing is lost");
  return 0;
}
