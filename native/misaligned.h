/* Accesses that fault for their alignment alone, as those of device memory do on some processors: a program's own, since ours
   are aligned. Nothing is amiss with the memory then. No JavaScript. */
#ifndef IO_MAPPING_MISALIGNED_H
#define IO_MAPPING_MISALIGNED_H

#include <stdbool.h>

/* Has the program go on behind the instruction that has faulted, as if it had found ones, or had been a store to nowhere. `context` is
   the signal handler's. False where that can't be done: on a processor, or of an instruction, that this does not know.
   Async-signal-safe. */
bool misaligned_skip(void *context);

#endif
