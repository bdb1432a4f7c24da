#include "watchers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "critical.h"

struct pipe_end {
  int read, write;
  struct pipe_end *next;
};

struct watcher {
  struct watched *watched;
  struct pipe_end *pipes;
  struct watcher *next;
};

/* There are as many as threads. */
static struct watcher *head;
static uint32_t windows;

struct watcher *watchers_add(struct watched *watched) {
  struct watcher *watcher = calloc(1, sizeof *watcher);
  if (watcher == NULL) return NULL;
  watcher->watched = watched;
  critical_enter();
  __atomic_store_n(&watched->windows, windows, __ATOMIC_SEQ_CST);
  watcher->next = head;
  head = watcher;
  critical_leave();
  return watcher;
}

int watchers_open_pipe(struct watcher *watcher, int *fd) {
  int ends[2];
  struct pipe_end *made = calloc(1, sizeof *made);
  if (made == NULL) return ENOMEM;
  /* Of its status, only the end that is written: the handler must not wait, and one unread byte says as much as many. */
  if (pipe2(ends, O_CLOEXEC) != 0) {
    int error = errno;
    free(made);
    return error;
  }
  if (fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) {
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    free(made);
    return error;
  }
  made->read = *fd = ends[0];
  made->write = ends[1];
  critical_enter();
  made->next = watcher->pipes;
  watcher->pipes = made;
  critical_leave();
  return 0;
}

static void wake(struct pipe_end *pipe) {
  ssize_t written = write(pipe->write, "", 1);
  (void)written; /* full: there is something to read already */
}

/* The handler may be at it, and must not write to whatever is opened next under its number. */
static void end_pipe(struct pipe_end **link) {
  struct pipe_end *pipe = *link;
  *link = pipe->next;
  wake(pipe);
  close(pipe->write);
  free(pipe);
}

void watchers_close_pipe(struct watcher *watcher, int fd) {
  critical_enter();
  struct pipe_end **link = &watcher->pipes;
  while (*link != NULL && (*link)->read != fd) link = &(*link)->next;
  if (*link != NULL) end_pipe(link);
  critical_leave();
}

void watchers_remove(struct watcher *watcher) {
  critical_enter();
  struct watcher **link = &head;
  while (*link != watcher) link = &(*link)->next;
  *link = watcher->next;
  critical_leave();
  free(watcher);
}

void watchers_tell(void) {
  for (struct watcher *each = head; each != NULL; each = each->next) {
    __atomic_fetch_add(&each->watched->faults, 1, __ATOMIC_SEQ_CST);
    for (struct pipe_end *pipe = each->pipes; pipe != NULL; pipe = pipe->next) wake(pipe);
  }
}

void watchers_tell_windows(int change) {
  windows += (uint32_t)change;
  for (struct watcher *each = head; each != NULL; each = each->next)
    __atomic_store_n(&each->watched->windows, windows, __ATOMIC_SEQ_CST);
}
