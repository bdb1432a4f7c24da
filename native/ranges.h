/* The guarded ranges: address space of ours that the handler answers for. No two overlap. All of this is done within the
   critical section (critical.h). No JavaScript. */
#ifndef IO_MAPPING_RANGES_H
#define IO_MAPPING_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct domain;

/* Where pages are laid, and how. */
struct place {
  uintptr_t address;
  size_t length;
  bool read_only;  /* so that a store there is a fault */
  bool in_programs; /* in memory that is a program's own, so that it may be given to us as ordinary memory */
};

struct range {
  uintptr_t start, end;
  struct domain *domain;
  bool read_only, in_programs; /* as struct place has it */
  /* Whether its memory may be unmapped by the collector before that is told: until then, something else may lie there. */
  bool may_be_stale;
  /* Whether it is part of a struct window. */
  bool of_window;
  /* What follows is of ranges.c. */
  bool linked;
  uint64_t id;
};

/* The range of a place, on behalf of `domain`; not linked. */
struct range ranges_of(const struct place *place, struct domain *domain);

/* Has the handler answer for it. Returns 0, or an errno value: EEXIST, with that one in `other`, if one overlaps it. */
int ranges_link(struct range *range, struct range **other);

/* Takes it back; again, it does nothing. */
void ranges_unlink(struct range *range);

/* Says that something else lies in it from here on: a fault that another thread has had there is late then. */
void ranges_renew(struct range *range);

/* The range that holds `address`; NULL if none does. For the handler, too. */
struct range *ranges_find(uintptr_t address);

/* Whether a range overlaps this place. */
bool ranges_overlap(const struct place *place);

/* A number that tells what lies at an address: another for each range that was ever linked or renewed, and, where there is none (`range` is
   NULL), another after each that was taken back. */
uint64_t ranges_token(const struct range *range);

#endif
