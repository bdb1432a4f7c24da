/* Whom the handler tells of a fault: two words in each thread that has mappings, and pipes of those that wait.
   No JavaScript. */
#ifndef IO_MAPPING_WATCHERS_H
#define IO_MAPPING_WATCHERS_H

#include <stdint.h>

struct watcher;

/* What a thread looks at. */
struct watched {
  uint32_t faults;  /* how many there were in this process since it watches */
  uint32_t windows; /* how many there are in memory of programs' own (struct place) */
};

/* Keeps it up to date from here on. NULL if there is no memory for that. */
struct watcher *watchers_add(struct watched *watched);

/* Makes a pipe that gets a byte at each fault, and stores the end that is read in `fd`: its reader's. Returns 0, or an errno value. */
int watchers_open_pipe(struct watcher *watcher, int *fd);

/* Closes the other end of the pipe that is read from `fd`, if there is one: its reader wakes. */
void watchers_close_pipe(struct watcher *watcher, int fd);

/* Ends it. It has no pipes by then. */
void watchers_remove(struct watcher *watcher);

/* Both within the critical section. */

/* Tells all of a fault. For the handler: async-signal-safe. */
void watchers_tell(void);

/* Tells all of windows that came, or went, if `change` is negative. */
void watchers_tell_windows(int change);

#endif
