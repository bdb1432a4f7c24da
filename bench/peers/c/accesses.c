/* What is mapped already: an address and an offset are added, and a word is loaded or stored. */
#include "peer.h"

enum { MOST_MAPPINGS = 8, WORDS = 1024 };

/* Each mapping is touched at another place of its page: see ../words.ts. */
#define WORD(i, mask) (((i) + ((i) & (mask)) * 16) & (WORDS - 1))

static uint8_t *mappings[MOST_MAPPINGS];
static uint64_t count;
static struct sequence sequence;
static volatile uint32_t sink;

static void prepare_random(void) {
  uint64_t size = number_argument("size");
  mappings[0] = map_aperture(open_aperture(), 0, size);
  for (uint64_t at = 0; at < size; at += PAGE) *(volatile uint32_t *)(mappings[0] + at) = 0; /* resident */
  sequence = read_sequence();
}

static uint64_t run_random_store(uint64_t iterations) {
  uint8_t *base = mappings[0];
  struct sequence pages = sequence;
  uint64_t start = now();
  for (uint64_t i = 0; i < iterations; i++) {
    *(volatile uint32_t *)(base + (uint64_t)pages.pages[i & pages.mask] * PAGE) = (uint32_t)i;
  }
  return now() - start;
}

static void prepare_registers(void) {
  int file = open_aperture();
  count = number_argument_or("mappings", 1);
  for (uint64_t i = 0; i < count; i++) mappings[i] = map_aperture(file, i * PAGE, PAGE);
}

static uint64_t run_read(uint64_t iterations) {
  uint64_t mask = count - 1;
  uint32_t sum = 0;
  uint64_t start = now();
  for (uint64_t i = 0; i < iterations; i++) sum += ((volatile uint32_t *)mappings[i & mask])[WORD(i, mask)];
  uint64_t ns = now() - start;
  sink = sum;
  return ns;
}

static uint64_t run_write(uint64_t iterations) {
  uint64_t mask = count - 1;
  uint64_t start = now();
  for (uint64_t i = 0; i < iterations; i++) {
    ((volatile uint32_t *)mappings[i & mask])[WORD(i, mask)] = (uint32_t)i;
  }
  return now() - start;
}

const struct bench_case access_cases[] = {
  {"random-store", prepare_random, run_random_store},
  {"read32", prepare_registers, run_read},
  {"write32", prepare_registers, run_write},
  {0},
};
