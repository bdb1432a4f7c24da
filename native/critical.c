#include "critical.h"

#include <pthread.h>

/* POSIX keeps mutexes out of signal handlers, since a handler may have interrupted its own thread within one. Here it
   can't have: see above. What is left of a mutex is an atomic word and the futex call, for which any time is right. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void critical_enter_in_handler(void) {
  (void)pthread_mutex_lock(&mutex); /* can't fail: a plain mutex, which this thread does not hold */
}

void critical_leave_in_handler(void) {
  (void)pthread_mutex_unlock(&mutex);
}

void critical_enter(sigset_t *before) {
  sigset_t all;
  sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, before); /* can't fail: the arguments are valid */
  critical_enter_in_handler();
}

void critical_leave(const sigset_t *before) {
  critical_leave_in_handler();
  (void)pthread_sigmask(SIG_SETMASK, before, NULL);
}
