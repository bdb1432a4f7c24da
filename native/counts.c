#include "counts.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

int counts_create(int *fd) {
  *fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return *fd < 0 ? errno : 0;
}

int counts_take(int fd, size_t width, uint64_t *count) {
  uint64_t wide = 0;
  uint32_t narrow = 0;
  ssize_t got = width == sizeof wide ? read(fd, &wide, sizeof wide) : read(fd, &narrow, sizeof narrow);
  if (got < 0) return errno;
  if ((size_t)got != (width == sizeof wide ? sizeof wide : sizeof narrow)) return EIO; /* its other end is gone */
  *count = width == sizeof wide ? wide : narrow;
  return 0;
}
