#include "ones.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "critical.h"
#include "large.h"
#include "page.h"
#include "pages.h"

/* One sealed file of ones for the process, laid again and again, so that a large range costs little memory: as large as its
   256th part, since a process may have only 65,530 mappings. The handler only maps it. */
static const size_t PIECES = 256;
static const size_t LEAST = 64 * 1024;
static int file = -1;
static size_t file_size;

static size_t size_for(size_t length) {
  size_t page = page_size(), size = LEAST > page ? LEAST : page;
  while (size < length / PIECES) size *= 2;
  return size;
}

static int fill(int fd, size_t size) {
  /* Allocated first: where there is no memory left, a store would be a fault. */
  if (large_ftruncate(fd, (int64_t)size) != 0 || large_fallocate(fd, (int64_t)size) != 0) return errno;
  void *bytes = large_mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (bytes == MAP_FAILED) return errno;
  memset(bytes, 0xff, size);
  if (munmap(bytes, size) != 0) return errno;
  const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  return fcntl(fd, F_ADD_SEALS, seals) == 0 ? 0 : errno;
}

/* Takes `fd` if it is larger than what there is; which one is to be closed, or -1. */
static int take(int fd, size_t size) {
  critical_enter();
  int other = fd;
  if (size > file_size) {
    other = file;
    file = fd;
    file_size = size;
  }
  critical_leave();
  return other;
}

static bool suffices(size_t size) {
  critical_enter();
  bool is_enough = file_size >= size;
  critical_leave();
  return is_enough;
}

int ones_prepare(size_t length) {
  size_t size = size_for(length);
  if (suffices(size)) return 0;
  int fd = memfd_create("io-mapping: ones", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return errno;
  int error = fill(fd, size);
  int unused = error == 0 ? take(fd, size) : fd;
  if (unused >= 0) close(unused);
  return error;
}

/* From the end: of a device's mapping that is taken out in parts, Linux before 6.16 forgets the memory type only so. */
static bool lay(uintptr_t start, size_t length) {
  const int flags = MAP_FIXED | MAP_PRIVATE | MAP_NORESERVE;
  for (size_t end = length; end > 0;) {
    size_t at = (end - 1) / file_size * file_size;
    if (large_mmap((void *)(start + at), end - at, PROT_READ | PROT_WRITE, flags, file, 0) == MAP_FAILED) return false;
    end = at;
  }
  return true;
}

bool ones_lay(uintptr_t start, size_t length, uintptr_t address) {
  if (lay(start, length)) return true;
  if (pages_clear(start, length) != PAGES_ZERO) return false;
  if (lay(start, length)) return true; /* huge pages can't be taken out in pieces: now they are out */
  size_t page = page_size();
  memset((void *)(address / page * page), 0xff, page);
  return true;
}
