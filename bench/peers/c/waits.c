/* From an interrupt to the line after the wait for it: a loop of epoll, as a driver in C has one. */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../raiser/raiser.h"
#include "peer.h"

static int counter;
static struct raised raised;

int watch(int fd) {
  int watcher = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN};
  if (watcher < 0 || epoll_ctl(watcher, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll: %s", strerror(errno));
  return watcher;
}

uint64_t await_interrupt(int watcher, int fd, void *count, size_t size) {
  struct epoll_event event;
  while (epoll_wait(watcher, &event, 1, -1) != 1) continue;
  if (read(fd, count, size) != (ssize_t)size) fail("read: %s", strerror(errno));
  return now();
}

static void prepare_waits(void) {
  counter = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (counter < 0) fail("eventfd: %s", strerror(errno));
}

static uint64_t run_waits(uint64_t iterations) {
  int watcher = watch(counter);
  uint64_t *latencies = new_latencies(iterations), count;
  int error = raiser_start(counter, (uint32_t)iterations, &raised);
  if (error != 0) fail("the thread that raises: %s", strerror(error));
  for (uint64_t i = 0; i < iterations; i++) {
    latencies[i] = await_interrupt(watcher, counter, &count, sizeof count) - (uint64_t)raised.at;
    atomic_store(&raised.heard, (uint32_t)i + 1);
  }
  close(watcher);
  return end_latencies(latencies, iterations);
}

const struct bench_case wait_cases[] = {{"wait", prepare_waits, run_waits}, {0}};
