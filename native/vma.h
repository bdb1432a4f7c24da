/* What the kernel has mapped at an address. No JavaScript. */
#ifndef IO_MAPPING_VMA_H
#define IO_MAPPING_VMA_H

#include <stdbool.h>
#include <stdint.h>

struct vma {
  bool of_file; /* a mapping of a file or device; false: anonymous memory, or nothing at all */
  bool readable, writable;
};

/* Asks /proc/self/maps. False if it can't be read. Async-signal-safe. */
bool vma_find(uintptr_t address, struct vma *found);

#endif
