#include "raiser.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { LEAST_NAP_US = 50, MORE_NAP_US = 200 };

struct raiser {
  int eventfd;
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

static void nap(uint32_t *state) {
  struct timespec time = {.tv_nsec = (LEAST_NAP_US + next_random(state) % MORE_NAP_US) * 1000L};
  nanosleep(&time, NULL);
}

static void *raise_all(void *data) {
  struct raiser raiser = *(struct raiser *)data;
  free(data);
  uint32_t state = 0x10ab1e;
  const uint64_t one = 1;
  for (uint32_t i = 0; i < raiser.count; i++) {
    do nap(&state);
    while (atomic_load(&raiser.raised->heard) != i);
    raiser.raised->at = now();
    if (write(raiser.eventfd, &one, sizeof one) != sizeof one) abort(); /* nothing else fills it */
  }
  return NULL;
}

int raiser_start(int eventfd, uint32_t count, struct raised *raised) {
  struct raiser *raiser = malloc(sizeof *raiser);
  if (raiser == NULL) return ENOMEM;
  *raiser = (struct raiser){eventfd, count, raised};
  atomic_store(&raised->heard, 0);
  pthread_t thread;
  int error = pthread_create(&thread, NULL, raise_all, raiser);
  if (error != 0) free(raiser);
  else (void)pthread_detach(thread);
  return error;
}
