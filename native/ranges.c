#include "ranges.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "domain.h"
#include "handler.h"

/* A list, the latest first. Writers hold the mutex; the handler, which can't, reads the links alone. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct range *) head;

/* The mutex is held. */
static bool is_free(uintptr_t start, uintptr_t end) {
  for (struct range *each = atomic_load(&head); each != NULL; each = atomic_load(&each->next)) {
    if (each->alone && start < each->end && each->start < end) return false;
  }
  return true;
}

/* The mutex is held. */
static void add(struct range *range) {
  struct range *next = atomic_load(&head);
  atomic_store(&range->next, next);
  if (next != NULL) next->previous = range;
  atomic_store(&head, range);
}

int ranges_add(uintptr_t address, size_t length, struct domain *domain, bool alone, struct range **added) {
  struct range *range = calloc(1, sizeof *range);
  if (range == NULL) return ENOMEM;
  range->start = address;
  range->end = address + length;
  range->domain = domain;
  range->alone = alone;
  domain_hold(domain);
  pthread_mutex_lock(&mutex);
  bool possible = !alone || is_free(range->start, range->end);
  if (possible) add(range);
  pthread_mutex_unlock(&mutex);
  if (possible) {
    *added = range;
    return 0;
  }
  domain_drop(domain);
  free(range);
  return EEXIST;
}

void ranges_remove(struct range *range) {
  pthread_mutex_lock(&mutex);
  struct range *next = atomic_load(&range->next);
  if (next != NULL) next->previous = range->previous;
  atomic_store(range->previous != NULL ? &range->previous->next : &head, next);
  pthread_mutex_unlock(&mutex);
  handler_quiesce(); /* a handler in another thread may be at it */
  domain_drop(range->domain);
  free(range);
}

struct range *ranges_find(uintptr_t address) {
  struct range *range = atomic_load(&head);
  while (range != NULL && (address < range->start || address >= range->end)) range = atomic_load(&range->next);
  return range;
}
