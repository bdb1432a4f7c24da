#include "guards.h"

#include <stdlib.h>

#include "js.h"
#include "leases.h"
#include "ranges.h"

/* A range that ends with the memory that it lies in, or earlier. */
struct guard {
  struct range *range;
  napi_ref memory;
};

static void end_range(struct guard *guard) {
  if (guard->range != NULL) ranges_remove(guard->range);
  guard->range = NULL;
}

/* Its memory was collected. */
static void finalize_guard(napi_env env, void *data, void *hint) {
  (void)hint;
  struct guard *guard = data;
  end_range(guard);
  if (guard->memory != NULL) napi_delete_reference(env, guard->memory); /* failing, it leaks its few bytes */
  free(guard);
}

static void end_guard(napi_env env, struct guard *guard) {
  end_range(guard);
  /* Failing, it leaves the guard to the finalizer, which is then still to come. */
  if (napi_delete_reference(env, guard->memory) == napi_ok) free(guard);
}

static struct guard *begin_guard(napi_env env, napi_value memory, uintptr_t address, size_t length,
                                 struct domain *domain) {
  struct guard *guard = calloc(1, sizeof *guard);
  if (guard == NULL || ranges_add(address, length, domain, false, &guard->range) != 0) {
    free(guard);
    napi_throw_error(env, NULL, "out of memory");
    return NULL;
  }
  if (js_ok(env, napi_add_finalizer(env, memory, guard, finalize_guard, NULL, &guard->memory))) return guard;
  ranges_remove(guard->range);
  free(guard);
  return NULL;
}

/* guard(memory: object, address, length, lease): number — from here on the handler answers for this range, until
   unguard or until the memory that it lies in is collected. The number is for unguard: where the guard lies. */
napi_value guards_begin(napi_env env, napi_callback_info info) {
  napi_value arguments[4], result;
  size_t address, length;
  if (!js_arguments(env, info, 4, arguments) || !js_size(env, arguments[1], &address) ||
      !js_size(env, arguments[2], &length)) {
    return NULL;
  }
  struct domain *domain = leases_domain(env, arguments[3]);
  if (domain == NULL) return NULL;
  struct guard *guard = begin_guard(env, arguments[0], address, length, domain);
  if (guard == NULL) return NULL;
  if (js_ok(env, napi_create_double(env, (double)(uintptr_t)guard, &result))) return result;
  end_guard(env, guard);
  return NULL;
}

/* unguard(guard): void — once for each guard */
napi_value guards_end(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t guard;
  if (!js_arguments(env, info, 1, &argument) || !js_size(env, argument, &guard)) return NULL;
  end_guard(env, (struct guard *)guard);
  return NULL;
}
