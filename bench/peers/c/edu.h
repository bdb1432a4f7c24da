/* QEMU's edu device, whichever way it is had. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The registers that its interrupt is raised by. */
enum { EDU_PENDING = 0x24 / 4, EDU_RAISE = 0x60 / 4, EDU_ACKNOWLEDGE = 0x64 / 4, EDU_BYTES = 0x1000 };

/* Times `iterations` interrupts that it raises itself: from the write of the register to the line after the wait. `size`: of the count in
   `fd`, in bytes. `let_through` has the next one come, where the last one has kept it from that; may be NULL. */
uint64_t time_interrupts(volatile uint32_t *edu, int fd, size_t size, void (*let_through)(void), uint64_t iterations);
