/* The one lock between the fault handler and whoever changes what it reads. All signals are blocked while it is held, so
   that no handler comes upon its own thread holding it. No JavaScript. */
#ifndef IO_MAPPING_CRITICAL_H
#define IO_MAPPING_CRITICAL_H

#include <signal.h>

/* Blocks all signals and takes the lock; `before` is for critical_leave. */
void critical_enter(sigset_t *before);
void critical_leave(const sigset_t *before);

/* The same for a handler, in which all signals are blocked already. Async-signal-safe then. */
void critical_enter_in_handler(void);
void critical_leave_in_handler(void);

#endif
