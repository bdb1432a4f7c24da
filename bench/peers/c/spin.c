#include <pthread.h>
#include <stdatomic.h>

#include "peer.h"

static atomic_int spinning;
static pthread_t thread;

static void *spin(void *unused) {
  (void)unused;
  atomic_store(&spinning, 2);
  while (atomic_load_explicit(&spinning, memory_order_relaxed) == 2) continue;
  return NULL;
}

void start_spinning(void) {
  atomic_store(&spinning, 1);
  if (pthread_create(&thread, NULL, spin, NULL) != 0) fail("pthread_create");
  while (atomic_load(&spinning) != 2) continue;
}

void stop_spinning(void) {
  atomic_store(&spinning, 0);
  pthread_join(thread, NULL);
}
