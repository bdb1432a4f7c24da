#include "faults.h"

#include <stdbool.h>
#include <stdlib.h>

#include "environment.h"
#include "handler.h"
#include "js.h"
#include "leases.h"
#include "ranges.h"

/* watchFaults(word: Uint32Array): void — from here on each fault in this process adds 1 to its first element */
napi_value faults_watch(napi_env env, napi_callback_info info) {
  napi_value argument;
  napi_typedarray_type type;
  void *word = NULL;
  size_t length;
  struct environment *environment = environment_of(env);
  if (environment == NULL || !js_arguments(env, info, 1, &argument)) return NULL;
  if (!js_ok(env, napi_get_typedarray_info(env, argument, &type, &length, &word, NULL, NULL))) return NULL;
  if (type != napi_uint32_array || length == 0 || environment->watcher != NULL) {
    napi_throw_type_error(env, NULL, "not a Uint32Array, or not the first");
    return NULL;
  }
  if (!js_ok(env, napi_create_reference(env, argument, 1, &environment->word))) return NULL;
  environment->watcher = watchers_add(word);
  if (environment->watcher == NULL) napi_throw_error(env, NULL, "out of memory");
  return NULL;
}

static struct watcher *watcher_of(napi_env env) {
  struct environment *environment = environment_of(env);
  if (environment == NULL) return NULL;
  if (environment->watcher == NULL) napi_throw_error(env, NULL, "watchFaults was not called");
  return environment->watcher;
}

/* openFaultPipe(): the descriptor of a pipe that gets a byte at each fault, or -errno */
napi_value faults_open_pipe(napi_env env, napi_callback_info info) {
  (void)info;
  struct watcher *watcher = watcher_of(env);
  int fd = -1;
  if (watcher == NULL) return NULL;
  int error = watchers_open_pipe(watcher, &fd);
  napi_value result = js_descriptor(env, error, fd);
  if (result == NULL) watchers_close_pipe(watcher);
  return result;
}

/* closeFaultPipe(): void — closes the pipe's other end */
napi_value faults_close_pipe(napi_env env, napi_callback_info info) {
  (void)info;
  struct watcher *watcher = watcher_of(env);
  if (watcher != NULL) watchers_close_pipe(watcher);
  return NULL;
}

/* keepHandler(): errno, or 0 — sees to it that signals come to the handler first; called again whenever they may not */
napi_value faults_keep_handler(napi_env env, napi_callback_info info) {
  (void)info;
  return js_int(env, handler_keep());
}

/* watchHandler(): errno, or 0 — the same by a thread, unless keepHandler is called, before or later */
napi_value faults_watch_handler(napi_env env, napi_callback_info info) {
  (void)info;
  return js_int(env, handler_watch());
}

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
  if (guard != NULL) guard->range = ranges_add(address, length, domain);
  if (guard == NULL || guard->range == NULL) {
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
napi_value faults_guard(napi_env env, napi_callback_info info) {
  napi_value arguments[4], result;
  size_t address, length;
  if (!js_arguments(env, info, 4, arguments) || !js_size(env, arguments[1], &address) ||
      !js_size(env, arguments[2], &length)) {
    return NULL;
  }
  struct domain *domain = leases_domain(env, arguments[3]);
  if (domain == NULL) return NULL;
  int error = handler_install();
  if (error != 0) {
    napi_throw_error(env, NULL, "the fault handler can't be installed");
    return NULL;
  }
  struct guard *guard = begin_guard(env, arguments[0], address, length, domain);
  if (guard == NULL) return NULL;
  if (js_ok(env, napi_create_double(env, (double)(uintptr_t)guard, &result))) return result;
  end_guard(env, guard);
  return NULL;
}

/* unguard(guard): void — once for each guard */
napi_value faults_unguard(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t guard;
  if (!js_arguments(env, info, 1, &argument) || !js_size(env, argument, &guard)) return NULL;
  end_guard(env, (struct guard *)guard);
  return NULL;
}
