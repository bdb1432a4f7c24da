/* The fault handler: SIGBUS and SIGSEGV of guarded ranges are answered with memory of all ones; all others go to whoever
   was there first. It is installed once for the process, and never uninstalled. No JavaScript. */
#ifndef IO_MAPPING_HANDLER_H
#define IO_MAPPING_HANDLER_H

/* These return 0, or an errno value. */

/* Installs it, or again, where a handler of process.on has been installed over it: called whenever that may be. */
int handler_keep(void);

/* Installs it, for those who can't know when: a thread looks after it from now on, every 50 ms, until someone keeps it. */
int handler_watch(void);

/* Has its signals come to the calling thread, whatever its owner has blocked: a fault that is blocked ends the process. */
void handler_unblock(void);

/* Waits until no thread is in the handler: what was taken out of its sight before can be freed. */
void handler_quiesce(void);

#endif
