/* The fault handler: SIGBUS and SIGSEGV of guarded ranges are answered with memory of all ones; all others go to whoever
   was there first. It is installed once for the process, and never uninstalled. No JavaScript. */
#ifndef IO_MAPPING_HANDLER_H
#define IO_MAPPING_HANDLER_H

/* Installs it; or again, where something else has been installed over it since, which is then asked after it.
   Returns 0, or an errno value. */
int handler_install(void);

/* For those who install it again whenever something may have been installed over it: the watch ends. As handler_install. */
int handler_keep(void);

/* For those who can't know: a thread looks from now on, every 50 ms, until someone keeps it. Returns 0, or an errno value. */
int handler_watch(void);

/* Waits until no thread is in the handler: what was taken out of its sight before can be freed. */
void handler_quiesce(void);

#endif
