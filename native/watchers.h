/* Whom the handler tells of a fault: a word in each thread that has mappings, and a pipe in those that wait.
   No JavaScript. */
#ifndef IO_MAPPING_WATCHERS_H
#define IO_MAPPING_WATCHERS_H

#include <stdint.h>

struct watcher;

/* From here on each fault in this process adds 1 to `word`. NULL if there is no memory for it. */
struct watcher *watchers_add(uint32_t *word);

/* Makes a pipe that gets a byte at each fault, and stores the end that is read in `fd`. Returns 0, or an errno value. */
int watchers_open_pipe(struct watcher *watcher, int *fd);

/* Closes the pipe's other end, if there is one: its reader sees the end. */
void watchers_close_pipe(struct watcher *watcher);

void watchers_remove(struct watcher *watcher);

/* Tells all. For the handler: async-signal-safe. */
void watchers_tell(void);

#endif
