#include "ones.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pages.h"

/* A file of ones is laid again and again, so that a large range costs little memory. At least this much of it, and in so
   many pieces at most, since a process may have only 65,530 mappings. */
static const size_t PIECE = 2 * 1024 * 1024;
static const size_t PIECES = 256;

static size_t piece_for(size_t length) {
  if (length <= PIECE) return length;
  size_t page = pages_size();
  size_t piece = (length / PIECES + page) / page * page;
  return piece > PIECE ? piece : PIECE;
}

/* A descriptor of `length` bytes of ones, or -1. */
static int make(size_t length) {
  int fd = memfd_create("io-mapping: lost", MFD_CLOEXEC);
  if (fd < 0) return -1;
  void *bytes = MAP_FAILED;
  /* Allocated first: where there is no memory left, a store would be a fault in the fault handler. */
  if (fallocate(fd, 0, 0, (off_t)length) == 0)
    bytes = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (bytes == MAP_FAILED) {
    close(fd);
    return -1;
  }
  memset(bytes, 0xff, length);
  munmap(bytes, length);
  return fd;
}

/* From the end: of a device's mapping that is taken out in parts, Linux before 6.16 forgets the memory type only so. */
static bool lay(uintptr_t start, size_t length, int fd, size_t piece) {
  const int flags = MAP_FIXED | MAP_PRIVATE | MAP_NORESERVE;
  for (size_t end = length; end > 0;) {
    size_t at = (end - 1) / piece * piece;
    if (mmap((void *)(start + at), end - at, PROT_READ | PROT_WRITE, flags, fd, 0) == MAP_FAILED) return false;
    end = at;
  }
  return true;
}

bool ones_lay(uintptr_t start, size_t length, uintptr_t address) {
  size_t piece = piece_for(length);
  int fd = make(piece);
  bool laid = fd >= 0 && lay(start, length, fd, piece);
  if (fd >= 0) close(fd);
  if (laid) return true;
  if (pages_clear(start, length) != 0) return false;
  size_t page = pages_size();
  memset((void *)(address / page * page), 0xff, page);
  return true;
}
