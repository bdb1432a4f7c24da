#include "domain.h"

#include <stdatomic.h>
#include <stdlib.h>

struct domain {
  atomic_uint holders;
  atomic_uint faults;
  atomic_uint cause;
};

struct domain *domain_create(void) {
  struct domain *domain = calloc(1, sizeof *domain);
  if (domain != NULL) atomic_store(&domain->holders, 1);
  return domain;
}

void domain_hold(struct domain *domain) {
  atomic_fetch_add(&domain->holders, 1);
}

void domain_drop(struct domain *domain) {
  if (atomic_fetch_sub(&domain->holders, 1) == 1) free(domain);
}

void domain_lose(struct domain *domain, enum domain_cause cause) {
  unsigned whole = DOMAIN_WHOLE;
  atomic_compare_exchange_strong(&domain->cause, &whole, cause);
  atomic_fetch_add(&domain->faults, 1);
}

uint32_t domain_faults(struct domain *domain) {
  return atomic_load(&domain->faults);
}

enum domain_cause domain_cause(struct domain *domain) {
  return (enum domain_cause)atomic_load(&domain->cause);
}
