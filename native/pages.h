/* Device pages in an address range that the caller owns: laid in, taken out. System calls only; no JavaScript. */
#ifndef IO_MAPPING_PAGES_H
#define IO_MAPPING_PAGES_H

#include <stddef.h>
#include <stdint.h>

enum pages_access {
  PAGES_READ,         /* shared, read-only: a store is a fault */
  PAGES_READ_WRITE,   /* shared: a store reaches the device */
  PAGES_COPY_ON_WRITE /* a store stays in this process: for views of memory that is mapped read-only */
};

/* Both return 0, or an errno value. `address` and `offset` are multiples of the page size. */

/* Lays [offset, offset + length) of `fd` over [address, address + length). When it fails, memory of zeros is there. */
int pages_lay(uintptr_t address, size_t length, int fd, int64_t offset, enum pages_access access);

/* Lays memory of zeros over [address, address + length), in place of whatever is mapped there. */
int pages_clear(uintptr_t address, size_t length);

/* Makes `size` bytes of memory that can neither shrink nor grow, so that touching it never faults.
   Stores its descriptor in `fd`. Returns 0, or an errno value. */
int pages_create_memory(int64_t size, int *fd);

#endif
