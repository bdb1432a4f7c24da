#include "thread.h"

#include <signal.h>
#include <stddef.h>

int thread_start(pthread_t *thread, void *(*body)(void *), void *data) {
  sigset_t all, before;
  sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* can't fail; the thread inherits it */
  int error = pthread_create(thread, NULL, body, data);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return error;
}
