/* A fault domain: what a mapping is to the fault handler. Its memory is there, or was lost; all of its containers, in all
   threads, share one. No JavaScript. */
#ifndef IO_MAPPING_DOMAIN_H
#define IO_MAPPING_DOMAIN_H

#include <stdint.h>

enum domain_cause {
  DOMAIN_WHOLE = 0,    /* nothing was lost */
  DOMAIN_GONE = 1,     /* its memory went away under an access */
  DOMAIN_READ_ONLY = 2 /* a store was made to memory that is mapped read-only */
};

struct domain;

/* A new one, with one holder; NULL if there is no memory. */
struct domain *domain_create(void);
void domain_hold(struct domain *domain);
/* Ends one holder's use; the last one's frees it. */
void domain_drop(struct domain *domain);

/* Counts a fault; the first one's cause is kept. Async-signal-safe. */
void domain_lose(struct domain *domain, enum domain_cause cause);

uint32_t domain_faults(struct domain *domain);
enum domain_cause domain_cause(struct domain *domain);

#endif
