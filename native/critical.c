#include "critical.h"

#include <pthread.h>

/* POSIX keeps mutexes out of signal handlers, since a handler may have interrupted its own thread within one. Here it
   can't have: see critical.h. What is left of a mutex is an atomic word and the futex call, for which any time is right. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void critical_enter(void) {
  (void)pthread_mutex_lock(&mutex); /* can't fail: a plain mutex, which this thread does not hold */
}

void critical_leave(void) {
  (void)pthread_mutex_unlock(&mutex);
}
