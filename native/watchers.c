#include "watchers.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "handler.h"

struct watcher {
  uint32_t *word;
  atomic_int pipe; /* -1: none */
  _Atomic(struct watcher *) next;
};

/* Writers hold the mutex; the handler, which can't, reads the links alone. There are as many as threads. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct watcher *) head;

struct watcher *watchers_add(uint32_t *word) {
  struct watcher *watcher = calloc(1, sizeof *watcher);
  if (watcher == NULL) return NULL;
  watcher->word = word;
  atomic_store(&watcher->pipe, -1);
  pthread_mutex_lock(&mutex);
  atomic_store(&watcher->next, atomic_load(&head));
  atomic_store(&head, watcher);
  pthread_mutex_unlock(&mutex);
  return watcher;
}

int watchers_open_pipe(struct watcher *watcher, int *fd) {
  int ends[2];
  /* Non-blocking: the handler must not wait, and one unread byte says as much as many. */
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return errno;
  watchers_close_pipe(watcher);
  atomic_store(&watcher->pipe, ends[1]);
  *fd = ends[0];
  return 0;
}

void watchers_close_pipe(struct watcher *watcher) {
  int fd = atomic_exchange(&watcher->pipe, -1);
  if (fd < 0) return;
  handler_quiesce(); /* or it might write to whatever is opened next under this number */
  close(fd);
}

void watchers_remove(struct watcher *watcher) {
  pthread_mutex_lock(&mutex);
  _Atomic(struct watcher *) *link = &head;
  while (atomic_load(link) != watcher) link = &atomic_load(link)->next;
  atomic_store(link, atomic_load(&watcher->next));
  pthread_mutex_unlock(&mutex);
  watchers_close_pipe(watcher);
  handler_quiesce();
  free(watcher);
}

void watchers_tell(void) {
  for (struct watcher *each = atomic_load(&head); each != NULL; each = atomic_load(&each->next)) {
    __atomic_fetch_add(each->word, 1, __ATOMIC_SEQ_CST);
    int fd = atomic_load(&each->pipe);
    ssize_t written = fd < 0 ? 0 : write(fd, "", 1);
    (void)written; /* full: it is told already */
  }
}
