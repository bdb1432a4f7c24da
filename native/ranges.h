/* The guarded ranges: address space of ours that the handler answers for. No JavaScript. */
#ifndef IO_MAPPING_RANGES_H
#define IO_MAPPING_RANGES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct domain;

/* A range; what it says does not change. */
struct range {
  uintptr_t start, end;
  struct domain *domain;
  bool alone;
  _Atomic(struct range *) next;
  struct range *previous;
};

/* Adds [address, address + length), in whole pages, and holds the domain. `alone`: unless another such range overlaps it.
   Returns 0, or an errno value: EEXIST if one does. */
int ranges_add(uintptr_t address, size_t length, struct domain *domain, bool alone, struct range **added);

/* Takes it away, and frees it. */
void ranges_remove(struct range *range);

/* The range that holds `address`, the latest that was added; NULL if none does. For the handler: async-signal-safe. */
struct range *ranges_find(uintptr_t address);

#endif
