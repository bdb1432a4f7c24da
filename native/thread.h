/* Threads of ours: all signals are blocked in them, so that those which a process is sent go to the program's own. No JavaScript. */
#ifndef IO_MAPPING_THREAD_H
#define IO_MAPPING_THREAD_H

#include <pthread.h>

/* Returns 0, or an errno value. */
int thread_start(pthread_t *thread, void *(*body)(void *), void *data);

#endif
