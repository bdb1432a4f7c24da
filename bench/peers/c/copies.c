#include <stdlib.h>
#include <string.h>

#include "peer.h"

static uint8_t *device, *memory;
static size_t length;

static void prepare_copies(void) {
  length = number_argument("bytes");
  device = map_aperture(open_aperture(), 0, length < PAGE ? PAGE : length);
  memory = malloc(length);
  if (!memory) fail("no memory");
  memset(memory, 1, length);
}

/* The compiler must not merge copies, nor leave them out. */
#define KEEP(pointer) __asm__ volatile("" : : "r"(pointer) : "memory")

static uint64_t run_to(uint64_t iterations) {
  uint64_t start = now();
  for (uint64_t i = 0; i < iterations; i++) {
    memcpy(memory, device, length);
    KEEP(memory);
  }
  return now() - start;
}

static uint64_t run_from(uint64_t iterations) {
  uint64_t start = now();
  for (uint64_t i = 0; i < iterations; i++) {
    memcpy(device, memory, length);
    KEEP(device);
  }
  return now() - start;
}

const struct bench_case copy_cases[] = {{"copy-to", prepare_copies, run_to}, {"copy-from", prepare_copies, run_from}, {0}};
