#include "raiser.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, RAISE = 0x60 / 4 };

struct raiser {
  struct line line;
  volatile uint32_t *edu; /* its registers; or NULL */
  uint32_t count;
  struct raised *raised;
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  return *state ^= *state << 5;
}

/* The least pause to five times that, at random. */
static void pause_once(uint32_t least_us, uint32_t *state) {
  struct timespec time = {.tv_nsec = (long)(least_us + next_random(state) % (4 * least_us)) * 1000};
  nanosleep(&time, NULL);
}

static void raise_one(const struct raiser *raiser) {
  const uint64_t one = 1;
  raiser->raised->at = now();
  if (raiser->edu) raiser->edu[RAISE] = 1;
  else if (write(raiser->line.eventfd, &one, sizeof one) != sizeof one) abort(); /* nothing else fills it */
}

static void *raise_all(void *data) {
  struct raiser *raiser = data;
  uint32_t state = 0x10ab1e;
  for (uint32_t i = 0; i < raiser->count; i++) {
    do pause_once(raiser->line.pause_us, &state);
    while (atomic_load(&raiser->raised->heard) != i);
    raise_one(raiser);
  }
  if (raiser->edu) (void)munmap((void *)raiser->edu, PAGE);
  free(raiser);
  return NULL;
}

static int map_edu(const char *device, volatile uint32_t **edu) {
  char path[128];
  snprintf(path, sizeof path, "/sys/bus/pci/devices/%.32s/resource0", device);
  int bar = open(path, O_RDWR | O_CLOEXEC);
  if (bar < 0) return errno;
  void *registers = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, bar, 0);
  int error = registers == MAP_FAILED ? errno : 0;
  close(bar);
  *edu = registers;
  return error;
}

int raiser_start(struct line line, uint32_t count, struct raised *raised) {
  volatile uint32_t *edu = NULL;
  int error = line.device ? map_edu(line.device, &edu) : 0;
  if (error != 0) return error;
  struct raiser *raiser = malloc(sizeof *raiser);
  if (raiser == NULL) return ENOMEM;
  *raiser = (struct raiser){line, edu, count, raised};
  atomic_store(&raised->heard, 0);
  pthread_t thread;
  error = pthread_create(&thread, NULL, raise_all, raiser);
  if (error == 0) (void)pthread_detach(thread);
  else free(raiser);
  return error;
}
