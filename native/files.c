#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/stat.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "large.h"
#include "page.h"

int files_open(const char *path, int flags, int *fd) {
  /* A FIFO would wait for its other end, and a terminal become this process's. */
  *fd = open(path, flags | O_LARGEFILE | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  return *fd < 0 ? errno : 0;
}

int files_duplicate(int fd, int *own) {
  *own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return *own < 0 ? errno : 0;
}

/* By number: musl has had no statx until lately, and glibc until 2.33 no fstat that could be found when the addon is loaded. */
static int status_of(int fd, struct statx *status) {
  const unsigned wanted = STATX_TYPE | STATX_MODE | STATX_SIZE;
  return syscall(SYS_statx, fd, "", AT_EMPTY_PATH, wanted, status) == 0 ? 0 : errno;
}

int files_facts(int fd, struct file_facts *facts) {
  struct statx status;
  large_statfs system;
  int error = status_of(fd, &status);
  if (error != 0) return error;
  if (large_fstatfs(fd, &system) != 0) return errno;
  facts->mode = status.stx_mode;
  facts->size = (int64_t)status.stx_size;
  facts->file_system = (uint32_t)system.f_type;
  /* Device nodes lie on a file system that has nothing to do with their memory. */
  bool is_huge = (status.stx_mode & S_IFMT) == S_IFREG && facts->file_system == HUGETLBFS_MAGIC;
  facts->unit = is_huge ? (int64_t)system.f_bsize : (int64_t)page_size();
  return 0;
}
