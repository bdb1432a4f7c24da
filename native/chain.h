/* SIGBUS and SIGSEGV, and who else handles them. A handler is put before whoever was there first, and hands on what is not its own.
   No JavaScript. */
#ifndef IO_MAPPING_CHAIN_H
#define IO_MAPPING_CHAIN_H

#include <signal.h>

/* Puts `handler` first, or again, where another has gone over it: it gets both signals, with all signals blocked. Returns 0, or an
   errno value. */
int chain_install(void (*handler)(int, siginfo_t *, void *));

/* Hands on a signal that is not the handler's own, with the signals blocked that were when it came. */
void chain_pass_on(int signal, siginfo_t *info, void *context);

/* Has both signals come to the calling thread, whatever its owner has blocked: a fault that is blocked ends the process. */
void chain_unblock(void);

#endif
