// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_IMPL_FRAME_IPP
#define LEAT_WIRE_IMPL_FRAME_IPP

#include <leat/wire/endian.hpp>
#include <leat/wire/frame.hpp>

#include <cstring>
#include <string>

namespace leat::wire {

LEAT_DECL void write_header(char* out, const frame_header& h) {
  out[0] = 'l';
  out[1] = 't';
  out[2] = static_cast<char>(h.kind);
  out[3] = static_cast<char>(h.flags);
  out = put_little(out + 4, h.session);
  out = put_little(out, h.batch);
  out = put_little(out, h.count);
  put_little(out, h.length);
}

LEAT_DECL frame_header read_header(const char* in, std::uint64_t max_length) {
  auto refuse = [in](const std::string& why) {
    std::string text = why + "; the frame begins with the bytes";
    for (std::size_t i = 0; i != header_size; ++i) {
      auto byte = static_cast<unsigned char>(in[i]);
      text += ' ';
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
    throw protocol_error(text);
  };
  if (in[0] != 'l' || in[1] != 't') refuse("these bytes are no frame: the magic 'lt' is missing");
  auto kind = static_cast<std::uint8_t>(in[2]);
  if (kind < 1 || kind > static_cast<std::uint8_t>(frame_kind::free)) {
    bool reserved = kind >= 16 && kind <= static_cast<std::uint8_t>(frame_kind::timing);
    refuse("a frame of the " + std::string(reserved ? "reserved" : "unknown") + " kind " + std::to_string(kind));
  }
  frame_header h;
  h.kind = static_cast<frame_kind>(kind);
  h.flags = static_cast<std::uint8_t>(in[3]);
  const bool answers = h.kind >= frame_kind::done && h.kind <= frame_kind::closed;
  const std::uint8_t known = h.kind == frame_kind::data     ? in_buffer | forked
                             : h.kind == frame_kind::buffer ? for_results
                             : answers                      ? forked
                                                            : 0;
  if ((h.flags & ~known) != 0) refuse("a frame with unknown flags " + std::to_string(h.flags));

  h.session = get_little<std::uint32_t>(in + 4);
  h.batch = get_little<std::uint64_t>(in + 8);
  h.count = get_little<std::uint64_t>(in + 16);
  h.length = get_little<std::uint64_t>(in + 24);
  if (h.length > max_length)
    refuse("a frame of " + std::to_string(h.length) + " bytes, where at most " + std::to_string(max_length) + " are allowed");
  return h;
}

LEAT_DECL frame_reader::room frame_reader::space(std::size_t hint) {
  std::size_t left = pending();
  if (left == 0 || bytes_.capacity() - bytes_.size() < hint) {
    if (left != 0 && read_ != 0) std::memmove(bytes_.data(), bytes_.data() + read_, left);
    bytes_.clear();
    bytes_.advance(left);
    read_ = 0;
  }
  char* data = bytes_.grow(hint);
  return {data, bytes_.capacity() - bytes_.size()};
}

LEAT_DECL void frame_reader::feed(std::string_view chunk) {
  if (chunk.empty()) return;
  std::memcpy(space(chunk.size()).data, chunk.data(), chunk.size());
  arrived(chunk.size());
}

LEAT_DECL bool frame_reader::next(frame_header& h, std::string_view& body) {
  if (!inside_) {
    if (pending() < header_size) return false;
    header_ = read_header(bytes_.data() + read_, max_length_);
    read_ += header_size;
    inside_ = true;
  }
  if (pending() < header_.length) return false;
  auto length = static_cast<std::size_t>(header_.length);
  h = header_;
  body = {bytes_.data() + read_, length};
  read_ += length;
  inside_ = false;
  return true;
}

LEAT_DECL void frame_reader::at_end() const {
  if (inside_)
    throw protocol_error("the stream ended inside a frame: " + std::to_string(pending()) + " of the " +
                         std::to_string(header_.length) + " bytes of its body arrived");
  if (pending() != 0)
    throw protocol_error("the stream ended inside a frame: " + std::to_string(pending()) + " of the " +
                         std::to_string(header_size) + " bytes of its header arrived");
}

}  // namespace leat::wire

#endif
