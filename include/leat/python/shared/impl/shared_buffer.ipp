// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_SHARED_IMPL_SHARED_BUFFER_IPP
#define LEAT_PYTHON_SHARED_IMPL_SHARED_BUFFER_IPP

#include <leat/posix/memory_file.hpp>
#include <leat/python/shared/shared_buffer.hpp>

#include <fcntl.h>
#include <sys/mman.h>

namespace leat::python_detail {

LEAT_DECL std::unique_ptr<shared_buffer> shared_buffer::make(std::uint64_t number, use for_what) {
  const bool fills = for_what == use::elements;
  python_detail::descriptor fd;
  if (make_memory_file(fills ? "leat-elements" : "leat-results", shared_buffer_size, fd) != 0) return nullptr;
  void* const data = ::mmap(nullptr, shared_buffer_size, fills ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd.get(), 0);
  if (data == MAP_FAILED) return nullptr;
  std::unique_ptr<shared_buffer> made(new shared_buffer(number, std::move(fd), static_cast<char*>(data)));
#if defined(F_SEAL_FUTURE_WRITE)
  if (fills) (void)::fcntl(made->descriptor(), F_ADD_SEALS, F_SEAL_FUTURE_WRITE);  // kernels before 5.1 have it not
#endif
  return made;
}

LEAT_DECL shared_buffer::~shared_buffer() { ::munmap(data_, shared_buffer_size); }

LEAT_DECL std::shared_ptr<shared_buffer> shared_buffers::take() {
  std::unique_ptr<shared_buffer> found;
  {
    const std::lock_guard held(mutex_);
    if (!free_.empty()) {
      found = std::move(free_.back());
      free_.pop_back();
    } else if ((found = shared_buffer::make(made_, shared_buffer::use::elements))) {
      ++made_;
      free_.reserve(made_);  // so that what goes back never throws
    }
  }
  if (!found) return nullptr;
  return {found.release(), [store = shared_from_this()](shared_buffer* s) {
            const std::lock_guard held(store->mutex_);
            store->free_.emplace_back(s);
          }};
}

}  // namespace leat::python_detail

#endif
