#include "edu.h"

#include <unistd.h>

#include "peer.h"

uint64_t time_interrupts(volatile uint32_t *edu, int fd, size_t size, void (*let_through)(void), uint64_t iterations) {
  int watcher = watch(fd);
  uint64_t *latencies = new_latencies(iterations), count;
  for (uint64_t i = 0; i < iterations; i++) {
    if (let_through) let_through();
    uint64_t start = now();
    edu[EDU_RAISE] = 1;
    latencies[i] = await_interrupt(watcher, fd, &count, size) - start;
    edu[EDU_ACKNOWLEDGE] = 1;
    (void)edu[EDU_PENDING]; /* its line is low once that is answered */
  }
  close(watcher);
  return end_latencies(latencies, iterations);
}
