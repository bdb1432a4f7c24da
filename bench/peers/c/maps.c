/* Pages mapped one at a time, as a program does that keeps nothing mapped. */
#include <sys/mman.h>
#include <unistd.h>

#include "peer.h"

static int file;
static struct sequence sequence;
static int writes;
static int busy;
static volatile uint32_t sink;

static void prepare_maps(void) {
  file = open_aperture();
  sequence = read_sequence();
  writes = (int)number_argument_or("write", 1);
  busy = (int)number_argument_or("busy", 0);
}

static uint64_t run_maps(uint64_t iterations) {
  if (busy) start_spinning();
  uint64_t start = now();
  for (uint64_t i = 0; i < iterations; i++) {
    uint8_t *page = map_aperture(file, (uint64_t)sequence.pages[i & sequence.mask] * PAGE, PAGE);
    volatile uint32_t *word = (volatile uint32_t *)page;
    if (writes) *word = (uint32_t)i;
    else sink = *word;
    munmap(page, PAGE);
  }
  uint64_t ns = now() - start;
  if (busy) stop_spinning();
  return ns;
}

const struct bench_case map_cases[] = {{"map", prepare_maps, run_maps}, {0}};
