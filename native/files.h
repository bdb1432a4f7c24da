/* Files and devices, opened, and what they are. System calls only; no JavaScript. */
#ifndef IO_MAPPING_FILES_H
#define IO_MAPPING_FILES_H

#include <stdint.h>

/* What is open under a descriptor. */
struct file_facts {
  uint32_t mode;        /* st_mode: the kind of file, and its permissions */
  int64_t size;         /* in bytes */
  uint32_t file_system; /* its magic number, of linux/magic.h */
  int64_t unit;         /* what it can be mapped in multiples of, in bytes: a page, or a huge one on hugetlbfs */
};

/* These return 0, or an errno value. */

/* Opens the file at `path`, and waits for nothing; stores its descriptor in `fd`. */
int files_open(const char *path, int flags, int *fd);

/* Makes another descriptor of what is open under `fd`, which is somebody else's; stores it in `own`. */
int files_duplicate(int fd, int *own);

int files_facts(int fd, struct file_facts *facts);

#endif
