#include "domain.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "critical.h"
#include "pages.h"
#include "ranges.h"

struct domain {
  atomic_uint holders;
  atomic_uint faults;
  atomic_uint cause;
  atomic_uint misaligned;
  /* What follows is the mutex's. */
  unsigned leases;
  uint32_t id; /* 0: not shared */
  int fd;
  char *text;
  struct range pages; /* start 0: each has its own */
  struct domain *next;
};

/* Those that are shared. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct domain *shared;
static uint32_t last_id;

struct domain *domain_create(void) {
  struct domain *domain = calloc(1, sizeof *domain);
  if (domain == NULL) return NULL;
  atomic_store(&domain->holders, 1);
  domain->leases = 1;
  domain->fd = -1;
  return domain;
}

void domain_hold(struct domain *domain) {
  atomic_fetch_add(&domain->holders, 1);
}

void domain_drop(struct domain *domain) {
  if (atomic_fetch_sub(&domain->holders, 1) != 1) return;
  free(domain->text);
  free(domain);
}

void domain_lose(struct domain *domain, enum domain_cause cause) {
  unsigned whole = DOMAIN_WHOLE;
  atomic_compare_exchange_strong(&domain->cause, &whole, cause);
  atomic_fetch_add(&domain->faults, 1);
}

void domain_misalign(struct domain *domain) {
  atomic_fetch_add(&domain->misaligned, 1);
}

uint32_t domain_misaligned(struct domain *domain) {
  return atomic_load(&domain->misaligned);
}

uint32_t domain_faults(struct domain *domain) {
  return atomic_load(&domain->faults);
}

enum domain_cause domain_cause(struct domain *domain) {
  return (enum domain_cause)atomic_load(&domain->cause);
}

/* The mutex is held. */
static int share(struct domain *domain, int fd, const char *text) {
  domain->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (domain->fd < 0) return errno;
  domain->text = strdup(text);
  if (domain->text == NULL) {
    close(domain->fd);
    domain->fd = -1;
    return ENOMEM;
  }
  domain->id = ++last_id;
  domain->next = shared;
  shared = domain;
  return 0;
}

int domain_share(struct domain *domain, int fd, const char *text, uint32_t *id) {
  pthread_mutex_lock(&mutex);
  int error = domain->id == 0 ? share(domain, fd, text) : 0;
  *id = domain->id;
  pthread_mutex_unlock(&mutex);
  return error;
}

struct domain *domain_lease(uint32_t id) {
  pthread_mutex_lock(&mutex);
  struct domain *domain = shared;
  while (domain != NULL && domain->id != id) domain = domain->next;
  if (domain != NULL) {
    domain->leases++;
    domain_hold(domain);
  }
  pthread_mutex_unlock(&mutex);
  return domain;
}

/* The mutex is held. */
static int guard_pages(struct domain *domain, const struct place *place) {
  struct range *other;
  domain->pages = ranges_of(place, domain);
  critical_enter();
  int error = ranges_link(&domain->pages, &other);
  critical_leave();
  if (error != 0) domain->pages.start = 0;
  return error;
}

int domain_hold_pages(struct domain *domain, const struct place *place) {
  pthread_mutex_lock(&mutex);
  int error = domain->pages.start == 0 ? guard_pages(domain, place) : 0;
  if (error == 0 && domain->pages.start != place->address) error = EINVAL;
  pthread_mutex_unlock(&mutex);
  return error;
}

/* Refused, the pages stay for as long as views of them do: there is no one left to tell. */
static void clear_pages(struct range *pages) {
  critical_enter();
  (void)pages_clear(pages->start, pages->end - pages->start);
  ranges_unlink(pages);
  critical_leave();
}

void domain_end_lease(struct domain *domain) {
  pthread_mutex_lock(&mutex);
  bool is_last = --domain->leases == 0;
  if (is_last && domain->id != 0) {
    struct domain **link = &shared;
    while (*link != domain) link = &(*link)->next;
    *link = domain->next;
  }
  pthread_mutex_unlock(&mutex);
  if (!is_last) return;
  if (domain->pages.start != 0) clear_pages(&domain->pages);
  if (domain->fd >= 0) close(domain->fd);
  domain->fd = -1;
}

const char *domain_text(const struct domain *domain) {
  return domain->text;
}

int domain_copy_fd(const struct domain *domain, int *fd) {
  *fd = fcntl(domain->fd, F_DUPFD_CLOEXEC, 0);
  return *fd < 0 ? errno : 0;
}
