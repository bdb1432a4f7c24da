/* What the kernel has mapped at an address. No JavaScript. */
#ifndef IO_MAPPING_VMA_H
#define IO_MAPPING_VMA_H

#include <stdbool.h>
#include <stdint.h>

/* Both within the critical section. */

/* Opens what vma_may_be_ours reads, if it isn't open: so that it is there when the process has no descriptor left. */
void vma_open(void);

/* Whether a file or device is mapped at `address`, and can be read; true, too, where the kernel can't be asked, since there is no
   /proc. Async-signal-safe. */
bool vma_may_be_ours(uintptr_t address);

#endif
