/* QEMU's edu device, whichever way it is had. */
#pragma once

#include <stdint.h>

enum { EDU_BYTES = 0x1000, EDU_PENDING = 0x24 / 4, EDU_ACKNOWLEDGE = 0x64 / 4 };

/* Takes its interrupt back. */
static inline void edu_acknowledge(volatile uint32_t *edu) {
  edu[EDU_ACKNOWLEDGE] = 1;
  (void)edu[EDU_PENDING]; /* its line is low once that is answered */
}
