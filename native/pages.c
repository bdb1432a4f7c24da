#include "pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "critical.h"
#include "large.h"
#include "page.h"
#include "room.h"

int pages_lay(uintptr_t address, size_t length, int fd, int64_t offset, enum pages_access access) {
  int protection = access == PAGES_READ ? PROT_READ : PROT_READ | PROT_WRITE;
  int flags = MAP_FIXED | (access == PAGES_COPY_ON_WRITE ? MAP_PRIVATE | MAP_NORESERVE : MAP_SHARED);
  if (large_mmap((void *)address, length, protection, flags, fd, offset) != MAP_FAILED) return 0;
  int error = errno;
  /* Linux unmaps the old pages before it asks the driver for the new ones: a refusal leaves a hole. */
  critical_enter();
  (void)pages_clear(address, length); /* the refusal is what the caller must know */
  critical_leave();
  return error;
}

static bool lay_anonymous(uintptr_t address, size_t length, int protection, int kind) {
  int flags = MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE | kind;
  return large_mmap((void *)address, length, protection, flags, -1, 0) != MAP_FAILED;
}

static enum pages_left clear(uintptr_t address, size_t length) {
  /* Shared memory counts against other limits, and is as good. */
  if (lay_anonymous(address, length, PROT_READ | PROT_WRITE, MAP_PRIVATE) ||
      lay_anonymous(address, length, PROT_READ | PROT_WRITE, MAP_SHARED)) {
    return PAGES_ZERO;
  }
  /* Memory that can't be touched counts against none: the device's pages go in any case. */
  return lay_anonymous(address, length, PROT_NONE, MAP_PRIVATE) ? PAGES_NONE : PAGES_STAY;
}

enum pages_left pages_clear(uintptr_t address, size_t length) {
  enum pages_left left = clear(address, length);
  if (left == PAGES_STAY && room_give()) {
    left = clear(address, length);
    room_keep();
  }
  return left;
}

void pages_rejoin(uintptr_t address, size_t length) {
  (void)madvise((void *)address, length, MADV_DONTFORK); /* refused, there are a few mappings more */
}

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* Linux 5.14 */
#endif

void pages_prefault(uintptr_t address, size_t length, size_t stride) {
  size_t page = page_size();
  for (size_t at = 0; at < length; at += stride) {
    if (madvise((void *)(address + at), page, MADV_POPULATE_READ) != 0) return;
  }
}

int pages_create_memory(int64_t size, int *fd) {
  int memory = memfd_create("io-mapping", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return errno;
  if (large_ftruncate(memory, size) == 0 &&
      fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0) {
    *fd = memory;
    return 0;
  }
  int error = errno;
  close(memory); /* nothing was written to it: no error of close can lose anything */
  return error;
}
