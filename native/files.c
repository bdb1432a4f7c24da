#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "page.h"

int files_open(const char *path, int flags, int *fd) {
  /* A FIFO would wait for its other end, and a terminal become this process's. */
  *fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  return *fd < 0 ? errno : 0;
}

int files_facts(int fd, struct file_facts *facts) {
  struct stat status;
  struct statfs system;
  if (fstat(fd, &status) != 0 || fstatfs(fd, &system) != 0) return errno;
  facts->mode = status.st_mode;
  facts->size = status.st_size;
  facts->file_system = (uint32_t)system.f_type;
  /* Device nodes lie on a file system that has nothing to do with their memory. */
  bool is_huge = S_ISREG(status.st_mode) && facts->file_system == HUGETLBFS_MAGIC;
  facts->unit = is_huge ? (int64_t)system.f_bsize : (int64_t)page_size();
  return 0;
}
