#include "counts.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

int counts_create(int *fd) {
  *fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return *fd < 0 ? errno : 0;
}

int counts_take(int fd, size_t width, double tally[TALLY_LENGTH]) {
  uint64_t wide = 0;
  uint32_t narrow = 0;
  ssize_t got = width == sizeof wide ? read(fd, &wide, sizeof wide) : read(fd, &narrow, sizeof narrow);
  if (got < 0) return errno;
  if ((size_t)got != (width == sizeof wide ? sizeof wide : sizeof narrow)) return EIO; /* its other end is gone */
  if (width == sizeof wide) {
    tally[0] += (double)wide;
    return 0;
  }
  tally[0] += (double)(uint32_t)(narrow - (uint32_t)tally[1]);
  tally[1] = narrow;
  return 0;
}
