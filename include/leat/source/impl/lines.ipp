// SPDX-License-Identifier: BSL-1.0
#include <leat/source/lines.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace leat::core {

LEAT_DECL line_reader::line_reader(const std::string& path, std::uint64_t begin, std::uint64_t end) : file_(path), end_(end) {
  open(begin);
}

LEAT_DECL line_reader::line_reader(int descriptor, std::uint64_t begin, std::uint64_t end) : file_(descriptor), end_(end) {
  open(begin);
}

LEAT_DECL void line_reader::open(std::uint64_t begin) {
  constexpr std::uint64_t most = 256 * 1024;
  capacity_ = static_cast<std::size_t>(file_.regular() ? std::clamp<std::uint64_t>(file_.size() + 1, 4096, most) : most);
  if (begin == 0) return;
  // Whether a line begins at `begin` is told by the byte before it.
  base_ = begin - 1;
  file_.seek(base_);
  phase_ = phase::skipping;
}

LEAT_DECL bool line_reader::next(std::string& line) {
  line.clear();
  if (!part_.empty()) line.swap(part_);
  for (gather(line); pending(); gather(line)) refill(line);
  if (phase_ == phase::ended) return false;
  phase_ = phase::outside;
  return true;
}

LEAT_DECL int line_reader::waits_for() {
  if (file_.regular()) return -1;
  for (gather(part_); pending(); gather(part_)) {
    if (!file_.readable()) return file_.descriptor();
    refill(part_);
  }
  return -1;
}

LEAT_DECL void line_reader::refill(std::string& into) {
  if (!block_) block_ = core::heap_array(new char[capacity_]);
  base_ += size_;
  at_ = 0;
  lf_ = cr_ = unknown;
  size_ = file_.read(block_.get(), capacity_);
  if (size_ != 0) return;
  if (phase_ == phase::inside)
    close_line(into, true);
  else
    phase_ = phase::ended;
}

// Goes through the block until a line is complete, the range is at its end or the block is.
LEAT_DECL void line_reader::gather(std::string& into) {
  while (pending() && at_ != size_) {
    if (phase_ == phase::outside) {
      if (position() >= end_) {
        phase_ = phase::ended;
        return;
      }
      if (std::exchange(after_cr_, false) && block_[at_] == '\n') {
        ++at_;
        continue;
      }
      first_ = position() == 0;
      phase_ = phase::inside;
    }
    const std::size_t stop = line_end();
    if (phase_ == phase::inside) into.append(block_.get() + at_, stop - at_);
    at_ = stop;
    if (stop != size_) {
      after_cr_ = block_[at_++] == '\r';
      if (phase_ == phase::inside)
        close_line(into, false);
      else
        phase_ = phase::outside;
    } else if (phase_ == phase::skipping && position() >= end_) {
      phase_ = phase::ended;
    }
  }
}

LEAT_DECL void line_reader::close_line(std::string& line, bool ended) {
  phase_ = phase::complete;
  if (first_ && line.compare(0, 3, "\xEF\xBB\xBF") == 0) {
    line.erase(0, 3);
    if (ended && line.empty()) phase_ = phase::ended;  // nothing but the mark
  }
}

// Both searches are remembered, so that a block is searched once for each end.
LEAT_DECL std::size_t line_reader::line_end() {
  auto behind = [&](std::size_t known, char c) {
    if (known != unknown && known >= at_) return known;
    const void* found = std::memchr(block_.get() + at_, c, size_ - at_);
    return found == nullptr ? size_ : static_cast<std::size_t>(static_cast<const char*>(found) - block_.get());
  };
  lf_ = behind(lf_, '\n');
  cr_ = behind(cr_, '\r');
  return std::min(lf_, cr_);
}

LEAT_DECL lines_range::lines_range(std::string path) : path_(std::move(path)) { core::check_input(path_); }

LEAT_DECL lines_range::lines_range(int descriptor)
    : pass_(std::make_shared<line_pass<line_reader>>(line_pass<line_reader>{line_reader(descriptor)})) {}

// Copies of a range share a descriptor's only pass, but not a path's.
LEAT_DECL void lines_range::ready() {
  if (path_.empty() || std::exchange(fresh_, true)) return;
  pass_ = std::make_shared<line_pass<line_reader>>(line_pass<line_reader>{line_reader(path_)});
}

LEAT_DECL lines_range::iterator lines_range::begin() {
  ready();
  fresh_ = false;
  pass_->next();
  return iterator(pass_);
}

LEAT_DECL int lines_range::waits_for() {
  if (pass_ == nullptr) ready();
  return pass_->reader.waits_for();
}

}  // namespace leat::core
