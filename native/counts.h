/* Descriptors that count what comes: the kernel adds, whoever reads takes what there is. System calls only; no JavaScript. */
#ifndef IO_MAPPING_COUNTS_H
#define IO_MAPPING_COUNTS_H

#include <stddef.h>
#include <stdint.h>

/* These return 0, or an errno value. */

/* Makes an eventfd, of nothing yet. */
int counts_create(int *fd);

/* Reads a number of 4 bytes (UIO: how many came in all) or 8 (an eventfd: how many came since the last time). Waits for nothing:
   EAGAIN if none came. */
int counts_take(int fd, size_t width, uint64_t *count);

#endif
