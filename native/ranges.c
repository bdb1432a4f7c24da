#include "ranges.h"

#include <errno.h>
#include <search.h>

#include "watchers.h"

/* The C library's balanced tree. */
static void *root;
static uint64_t changes, last_unlinked;

/* Ranges that overlap are equal. */
static int compare(const void *one, const void *other) {
  const struct range *a = one, *b = other;
  if (a->end <= b->start) return -1;
  return a->start >= b->end ? 1 : 0;
}

struct range ranges_of(const struct place *place, struct domain *domain) {
  return (struct range){.start = place->address,
                        .end = place->address + place->length,
                        .domain = domain,
                        .read_only = place->read_only,
                        .in_programs = place->in_programs};
}

void ranges_renew(struct range *range) {
  range->id = ++changes;
}

int ranges_link(struct range *range, struct range **other) {
  struct range **found = tsearch(range, &root, compare);
  if (found == NULL) return ENOMEM;
  if (*found != range) {
    *other = *found;
    return EEXIST;
  }
  ranges_renew(range);
  range->linked = true;
  if (range->in_programs) watchers_tell_windows(+1);
  return 0;
}

void ranges_unlink(struct range *range) {
  if (!range->linked) return;
  (void)tdelete(range, &root, compare);
  range->linked = false;
  if (range->in_programs) watchers_tell_windows(-1);
  last_unlinked = ++changes;
}

struct range *ranges_find(uintptr_t address) {
  const struct range key = {.start = address, .end = address + 1};
  struct range **found = tfind(&key, &root, compare);
  return found == NULL ? NULL : *found;
}

bool ranges_overlap(const struct place *place) {
  const struct range key = ranges_of(place, NULL);
  return tfind(&key, &root, compare) != NULL;
}

uint64_t ranges_token(const struct range *range) {
  return range == NULL ? last_unlinked : range->id;
}
