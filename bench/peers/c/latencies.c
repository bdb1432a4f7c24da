#include <stdlib.h>

#include "peer.h"

static int compare(const void *a, const void *b) {
  uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
  return (one > other) - (one < other);
}

uint64_t *new_latencies(uint64_t count) {
  uint64_t *latencies = calloc(count, sizeof *latencies);
  if (!latencies) fail("no memory");
  return latencies;
}

/* As ../latencies.ts. */
uint64_t end_latencies(uint64_t *latencies, uint64_t count) {
  qsort(latencies, count, sizeof *latencies, compare);
  answer_number("p99", latencies[(count - 1) * 99 / 100]);
  uint64_t median = latencies[(count - 1) / 2];
  free(latencies);
  return median * count;
}
