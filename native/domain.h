/* A domain: what the mappings of one aperture in several threads have in common. To the fault handler, it is there or was lost.
   Each mapping has a lease of it; what they share ends with the last. No JavaScript. */
#ifndef IO_MAPPING_DOMAIN_H
#define IO_MAPPING_DOMAIN_H

#include <stdint.h>

enum domain_cause {
  DOMAIN_WHOLE = 0,    /* nothing was lost */
  DOMAIN_GONE = 1,     /* its memory went away under an access */
  DOMAIN_READ_ONLY = 2, /* a store was made to memory that is mapped read-only */
  DOMAIN_MISALIGNED = 3 /* an access was not aligned, and could not be left out */
};

struct domain;
struct place;

/* A new one, with one holder and one lease; NULL if there is no memory. */
struct domain *domain_create(void);
void domain_hold(struct domain *domain);
/* Ends one holder's use; the last one's frees it. */
void domain_drop(struct domain *domain);

/* Makes it known under a number, with a copy of `fd` and of a text that describes it; once: later ones get the same number.
   Returns 0, or an errno value. */
int domain_share(struct domain *domain, int fd, const char *text, uint32_t *id);
/* The domain of that number, with one more holder and lease; NULL if it was never shared, or its last lease has ended. */
struct domain *domain_lease(uint32_t id);
/* Says that all lay their pages into this one range: guarded from the first time on, cleared by the last lease's end. Returns 0, or an
   errno value: EINVAL if another one has been named; what ranges_link says. */
int domain_hold_pages(struct domain *domain, const struct place *place);
void domain_end_lease(struct domain *domain);

/* Of one that is shared: its text; and a new copy of its descriptor, which returns 0, or an errno value. */
const char *domain_text(const struct domain *domain);
int domain_copy_fd(const struct domain *domain, int *fd);

/* Counts a fault; the first one's cause is kept. Async-signal-safe. */
void domain_lose(struct domain *domain, enum domain_cause cause);

/* Counts an access that was left out, since it was not aligned: nothing is lost. Async-signal-safe. */
void domain_misalign(struct domain *domain);

uint32_t domain_misaligned(struct domain *domain);

uint32_t domain_faults(struct domain *domain);
enum domain_cause domain_cause(struct domain *domain);

#endif
