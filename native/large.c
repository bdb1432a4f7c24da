#include "large.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#if UINTPTR_MAX > UINT32_MAX

void *large_mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset) {
  return mmap(address, length, protection, flags, fd, offset);
}

int large_ftruncate(int fd, int64_t size) { return ftruncate(fd, size); }

int large_fallocate(int fd, int64_t size) { return fallocate(fd, 0, 0, size); }

ssize_t large_pread(int fd, void *bytes, size_t length, int64_t offset) { return pread(fd, bytes, length, offset); }

int large_fstatfs(int fd, large_statfs *status) { return fstatfs(fd, status); }

#else

#include <errno.h>
#include <sys/syscall.h>

/* A number of 64 bits goes as two words, the low one first on the processors that there are. */
#define WORDS(number) (long)(number), (long)((uint64_t)(number) >> 32)

#if defined(__arm__)
/* Where it starts at an even register: the one before it stays unused. */
#define EVEN 0,
#else
#define EVEN
#endif

void *large_mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset) {
  const int64_t unit = 4096; /* of mmap2, whatever a page is */
  if (offset % unit != 0 || offset / unit > UINT32_MAX) {
    errno = offset % unit != 0 ? EINVAL : EOVERFLOW;
    return MAP_FAILED;
  }
  return (void *)syscall(SYS_mmap2, address, length, protection, flags, fd, (long)(offset / unit));
}

int large_ftruncate(int fd, int64_t size) { return (int)syscall(SYS_ftruncate64, fd, EVEN WORDS(size)); }

int large_fallocate(int fd, int64_t size) {
  return (int)syscall(SYS_fallocate, fd, 0, WORDS(0), WORDS(size));
}

ssize_t large_pread(int fd, void *bytes, size_t length, int64_t offset) {
  return (ssize_t)syscall(SYS_pread64, fd, bytes, length, EVEN WORDS(offset));
}

int large_fstatfs(int fd, large_statfs *status) {
  return (int)syscall(SYS_fstatfs64, fd, sizeof *status, status);
}

#endif
