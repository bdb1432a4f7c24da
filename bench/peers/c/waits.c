#include "waits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "peer.h"

static int counter;
static struct raised raised;

static int watch(int fd) {
  int watcher = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN};
  if (watcher < 0 || epoll_ctl(watcher, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll: %s", strerror(errno));
  return watcher;
}

static int compare(const void *a, const void *b) {
  uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
  return (one > other) - (one < other);
}

/* As ../latencies.ts. */
static uint64_t outcome_of(uint64_t *latencies, uint64_t count) {
  qsort(latencies, count, sizeof *latencies, compare);
  answer_number("p99", latencies[(count - 1) * 99 / 100]);
  return latencies[(count - 1) / 2] * count;
}

uint64_t time_waits(struct waiting waiting, struct line line, uint64_t iterations) {
  int watcher = watch(waiting.fd);
  uint64_t *latencies = calloc(iterations, sizeof *latencies), count;
  if (!latencies) fail("no memory");
  int error = raiser_start(line, (uint32_t)iterations, &raised);
  if (error != 0) fail("the thread that raises: %s", strerror(error));
  for (uint64_t i = 0; i < iterations; i++) {
    struct epoll_event event;
    while (epoll_wait(watcher, &event, 1, -1) != 1) continue;
    if (read(waiting.fd, &count, waiting.size) != (ssize_t)waiting.size) fail("read: %s", strerror(errno));
    latencies[i] = now() - (uint64_t)raised.at;
    if (waiting.acknowledge) waiting.acknowledge();
    atomic_store(&raised.heard, (uint32_t)i + 1);
  }
  close(watcher);
  uint64_t ns = outcome_of(latencies, iterations);
  free(latencies);
  return ns;
}

static void prepare_wait(void) {
  counter = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (counter < 0) fail("eventfd: %s", strerror(errno));
}

static uint64_t run_wait(uint64_t iterations) {
  struct line line = {.eventfd = counter, .pause_us = (uint32_t)number_argument("pause")};
  return time_waits((struct waiting){.fd = counter, .size = sizeof(uint64_t)}, line, iterations);
}

const struct bench_case wait_cases[] = {{"wait", prepare_wait, run_wait}, {0}};
