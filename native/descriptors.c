#include "descriptors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  SWEEP_AT_LEAST = 64,
  /* What V8 is told that a descriptor weighs: it can't see one, and would see no reason to collect its owner.
     At 64 MiB it starts to collect: with 256 dropped ones, well below the usual limit of 1024. */
  WEIGHT = 256 * 1024
};

/* Tells V8 what all of them weigh, and `more`. It is advice to the collector, of which nothing hangs; only, what V8 has not
   been told must not be taken back: Node 26 aborts below zero. */
static void weigh(struct descriptors *all, napi_env env, int64_t more) {
  int64_t total;
  int64_t weight = (int64_t)all->count * WEIGHT + more;
  if (napi_adjust_external_memory(env, weight - all->told, &total) == napi_ok) all->told = weight;
}

/* Makes room for owners[fd]. */
static napi_status reserve(struct descriptors *all, uint32_t fd) {
  if (fd < all->capacity) return napi_ok;
  uint32_t capacity = fd < SWEEP_AT_LEAST ? SWEEP_AT_LEAST : fd * 2;
  napi_ref *owners = realloc(all->owners, capacity * sizeof *owners);
  if (owners == NULL) return napi_generic_failure;
  memset(owners + all->capacity, 0, (capacity - all->capacity) * sizeof *owners);
  all->owners = owners;
  all->capacity = capacity;
  return napi_ok;
}

/* Ends the ownership of `fd`, if it is ours. */
static napi_status forget(struct descriptors *all, napi_env env, uint32_t fd) {
  if (all->owners[fd] == NULL) return napi_ok;
  napi_status status = napi_delete_reference(env, all->owners[fd]);
  if (status != napi_ok) return status;
  all->owners[fd] = NULL;
  all->count--;
  weigh(all, env, 0);
  return napi_ok;
}

napi_status descriptors_own(struct descriptors *all, napi_env env, napi_value owner, uint32_t fd) {
  napi_status status = reserve(all, fd);
  if (status == napi_ok) status = forget(all, env, fd); /* first, if a program has closed it behind our back: it is not the last one's any more */
  if (status == napi_ok && all->count >= all->sweep_at) status = descriptors_sweep(all, env);
  if (status == napi_ok) status = napi_create_reference(env, owner, 0, &all->owners[fd]);
  if (status != napi_ok) return status;
  all->count++;
  weigh(all, env, 0);
  return napi_ok;
}

static napi_status close_one(struct descriptors *all, napi_env env, uint32_t fd) {
  napi_status status = forget(all, env, fd);
  if (status == napi_ok) close((int)fd); /* Linux has closed it whatever close says */
  return status;
}

napi_status descriptors_close_of(struct descriptors *all, napi_env env, napi_value owner, uint32_t fd) {
  if (fd >= all->capacity || all->owners[fd] == NULL) return napi_ok;
  napi_value found;
  bool is_its = false;
  napi_status status = napi_get_reference_value(env, all->owners[fd], &found);
  if (status == napi_ok && found != NULL) status = napi_strict_equals(env, owner, found, &is_its);
  return status == napi_ok && is_its ? close_one(all, env, fd) : status;
}

napi_status descriptors_sweep(struct descriptors *all, napi_env env) {
  for (uint32_t fd = 0; fd < all->capacity; fd++) {
    if (all->owners[fd] == NULL) continue;
    napi_value owner;
    napi_status status = napi_get_reference_value(env, all->owners[fd], &owner);
    if (status == napi_ok && owner == NULL) status = close_one(all, env, fd);
    if (status != napi_ok) return status;
  }
  /* Twice what is alive, so that the looking costs a constant for each descriptor. */
  all->sweep_at = all->count * 2 > SWEEP_AT_LEAST ? all->count * 2 : SWEEP_AT_LEAST;
  return napi_ok;
}

napi_status descriptors_press(struct descriptors *all, napi_env env) {
  const int64_t more_than_v8_bears = (int64_t)1 << 40;
  weigh(all, env, more_than_v8_bears);
  weigh(all, env, 0);
  return descriptors_sweep(all, env);
}

void descriptors_close_all(struct descriptors *all, napi_env env) {
  for (uint32_t fd = 0; fd < all->capacity; fd++) {
    if (all->owners[fd] == NULL) continue;
    napi_delete_reference(env, all->owners[fd]); /* failing, it leaks its few bytes and nothing else */
    close((int)fd);
  }
  free(all->owners);
}
