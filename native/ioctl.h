/* What is asked of a device beside reading and mapping: ioctl(2). System calls only; no JavaScript. */
#ifndef IO_MAPPING_IOCTL_H
#define IO_MAPPING_IOCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A range of an open file. */
struct file_range {
  int fd;
  int64_t offset;
  size_t length;
  bool writable;
};

/* These store the answer in `result`, and return 0, or an errno value. */

int ioctl_word(int fd, uint32_t request, uint32_t word, int *result);
int ioctl_record(int fd, uint32_t request, void *record, int *result);

/* The same, of a record that holds an address of 64 bits at `field`: of the range's pages, which are mapped for the call alone. Whoever
   pins them has them from then on. */
int ioctl_pages(int fd, uint32_t request, void *record, size_t field, const struct file_range *range, int *result);

#endif
