/* Memory of all ones, which is what a device that is gone reads as. No JavaScript. */
#ifndef IO_MAPPING_ONES_H
#define IO_MAPPING_ONES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sees to it that a range of `length` bytes can be laid with ones, whatever the system still has by then: makes the file that
   is laid, or a larger one. Returns 0, or an errno value. */
int ones_prepare(size_t length);

/* Lays private memory of all ones over [start, start + length), in whole pages, in place of what is mapped there. If the
   system refuses so much, there are ones at least around `address`, and zeros elsewhere; false if it refuses even that.
   For the handler: within the critical section, async-signal-safe. */
bool ones_lay(uintptr_t start, size_t length, uintptr_t address);

#endif
