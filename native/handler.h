/* The fault handler: SIGBUS and SIGSEGV of guarded ranges are answered with memory of all ones; all others go to whoever
   was there first. It is installed once for the process, and never uninstalled. No JavaScript. */
#ifndef IO_MAPPING_HANDLER_H
#define IO_MAPPING_HANDLER_H

/* These return 0, or an errno value. */

/* Gets ready what it needs, so that it asks the system for as little as can be. */
int handler_prepare(void);

/* Installs it, or again, where a handler of process.on has been installed over it: called whenever that may be. */
int handler_keep(void);

/* Installs it, for those who can't know when: a thread looks after it from now on, every 50 ms, until someone keeps it. */
int handler_watch(void);

#endif
