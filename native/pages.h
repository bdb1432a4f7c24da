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

/* What lies where zeros were to be laid. */
enum pages_left {
  PAGES_ZERO = 0, /* zeros */
  PAGES_NONE = 1, /* no access at all: the pages are gone, and the system has no memory for zeros */
  PAGES_STAY = 2  /* what was there: the system refused even that */
};

/* Those that return int return 0, or an errno value. `address` and `offset` are multiples of the page size. */

/* Lays [offset, offset + length) of `fd` over [address, address + length). When it fails, nothing of it is there; memory of zeros
   is, or no access at all, or what was there before. */
int pages_lay(uintptr_t address, size_t length, int fd, int64_t offset, enum pages_access access);

/* Lays memory of zeros over [address, address + length), in place of whatever is mapped there. Within the critical section
   (critical.h); async-signal-safe. */
enum pages_left pages_clear(uintptr_t address, size_t length);

/* Marks zeros as V8 marks its memory, so that they and what lies around them are one mapping again. A hint. Async-signal-safe. */
void pages_rejoin(uintptr_t address, size_t length);

/* Fills the page table for pages of a file in [address, address + length): one page in each `stride` bytes, and those of
   the neighbouring ones that the system fills along with it since they are in memory. Writable pages are filled
   writable. For ordinary memory alone: it reads. A hint: what can't be filled is left to the first access. */
void pages_prefault(uintptr_t address, size_t length, size_t stride);

/* Makes `size` bytes of memory that can neither shrink nor grow. Stores its descriptor in `fd`. */
int pages_create_memory(int64_t size, int *fd);

#endif
