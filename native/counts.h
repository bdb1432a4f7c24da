/* Descriptors that count what comes: the kernel adds, whoever reads takes what there is. System calls only; no JavaScript. */
#ifndef IO_MAPPING_COUNTS_H
#define IO_MAPPING_COUNTS_H

#include <stddef.h>
#include <stdint.h>

/* These return 0, or an errno value. */

/* Makes an eventfd, of nothing yet. */
int counts_create(int *fd);

/* What came of a descriptor in all; and what UIO's number was when it was read last. Who reads adds at once: JavaScript, which may be cut
   short at any step, only looks at it. */
#define TALLY_LENGTH 2

/* Reads a number of 4 bytes (UIO: how many came in all, modulo 2^32) or 8 (an eventfd: how many came since the last time), and adds what is
   new to `tally`. Waits for nothing: EAGAIN if none came. */
int counts_take(int fd, size_t width, double tally[TALLY_LENGTH]);

#endif
