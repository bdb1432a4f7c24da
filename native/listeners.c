#include "listeners.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "environment.h"
#include "js.h"
#include "thread.h"

enum { MOST_CALLS = 1 }; /* that wait for the event loop: one tells as much as many */

/* A signal handler can call neither JavaScript nor Node-API: it writes into a pipe, and this thread reads that. It all begins, and
   ends, in one call of the addon, so that a program which is cut short leaves none of it half done. */
struct listener {
  napi_env env;
  struct environment *environment;
  napi_ref callback;
  napi_threadsafe_function tell; /* calls it */
  bool is_hooked;                /* to the environment's end */
  int fd;                        /* the pipe's end that is read; -1: none yet */
  atomic_bool ended;             /* not the pipe's end alone: a child of fork may hold that open */
  pthread_t thread;
  bool runs;
  struct listener *next;
};

static void *hear(void *data) {
  struct listener *listener = data;
  char bytes[64];
  while (!atomic_load(&listener->ended)) {
    ssize_t got = read(listener->fd, bytes, sizeof bytes);
    (void)got; /* something, since its end comes last */
    if (!atomic_load(&listener->ended)) (void)napi_call_threadsafe_function(listener->tell, NULL, napi_tsfn_nonblocking);
  }
  return NULL;
}

/* Of whatever there is of it. What fails leaks its few bytes and nothing else. */
static void discard(struct listener *listener) {
  atomic_store(&listener->ended, true);
  if (listener->fd >= 0) watchers_close_pipe(listener->environment->watcher, listener->fd);
  if (listener->runs) (void)pthread_join(listener->thread, NULL); /* it waits for nothing but the pipe, which has told it */
  if (listener->fd >= 0) close(listener->fd);
  if (listener->tell != NULL) (void)napi_release_threadsafe_function(listener->tell, napi_tsfn_abort);
  if (listener->callback != NULL) (void)napi_delete_reference(listener->env, listener->callback);
  free(listener);
}

static void unlink_listener(struct listener *listener) {
  struct listener **link = &listener->environment->listeners;
  while (*link != listener) link = &(*link)->next;
  *link = listener->next;
}

/* Before Node ends `tell`, which was made before: no thread may call it from then on. */
static void end_with_environment(void *data) {
  unlink_listener(data);
  discard(data);
}

static void end(struct listener *listener) {
  if (listener->is_hooked) (void)napi_remove_env_cleanup_hook(listener->env, end_with_environment, listener);
  discard(listener);
}

/* False with an exception pending. */
static bool prepare(napi_env env, struct listener *listener, napi_value callback) {
  napi_value name;
  if (!js_ok(env, napi_create_reference(env, callback, 1, &listener->callback)) ||
      !js_ok(env, napi_create_string_utf8(env, "io-mapping fault", NAPI_AUTO_LENGTH, &name)) ||
      !js_ok(env, napi_create_threadsafe_function(env, callback, NULL, name, MOST_CALLS, 1, NULL, NULL, NULL, NULL, &listener->tell)) ||
      !js_ok(env, napi_unref_threadsafe_function(env, listener->tell)) || /* it keeps no program running */
      !js_ok(env, napi_add_env_cleanup_hook(env, end_with_environment, listener))) {
    return false;
  }
  listener->is_hooked = true;
  return true;
}

static int start(struct listener *listener) {
  int error = watchers_open_pipe(listener->environment->watcher, &listener->fd);
  if (error == 0) error = thread_start(&listener->thread, hear, listener);
  listener->runs = error == 0;
  return error;
}

static napi_value begin(napi_env env, struct environment *environment, napi_value callback) {
  struct listener *listener = calloc(1, sizeof *listener);
  if (listener == NULL) return js_int(env, -ENOMEM);
  *listener = (struct listener){.env = env, .environment = environment, .fd = -1};
  bool is_ready = prepare(env, listener, callback);
  int error = is_ready ? start(listener) : 0;
  napi_value answer = is_ready ? js_int(env, -error) : NULL;
  if (answer == NULL || error != 0) {
    end(listener);
    return answer;
  }
  listener->next = environment->listeners;
  environment->listeners = listener;
  return answer;
}

/* Where the listener with this callback is linked: NULL there is none. False with an exception pending. */
static bool find(napi_env env, struct environment *environment, napi_value callback, struct listener ***link) {
  bool is_it = false;
  for (*link = &environment->listeners; **link != NULL && !is_it;) {
    napi_value found;
    if (!js_ok(env, napi_get_reference_value(env, (**link)->callback, &found)) ||
        !js_ok(env, napi_strict_equals(env, callback, found, &is_it))) {
      return false;
    }
    if (!is_it) *link = &(**link)->next;
  }
  return true;
}

/* listen(callback): 0, or -errno — calls it after faults, at a turn of the event loop; once for those that came together. Again, it
   does nothing */
napi_value listeners_listen(napi_env env, napi_callback_info info) {
  napi_value callback;
  struct listener **link;
  struct environment *environment = environment_of(env);
  if (environment == NULL || !js_arguments(env, info, 1, &callback) || !find(env, environment, callback, &link)) return NULL;
  if (environment->watcher == NULL) {
    napi_throw_error(env, NULL, "watchFaults was not called");
    return NULL;
  }
  return *link == NULL ? begin(env, environment, callback) : js_int(env, 0);
}

/* stopListening(callback): void — ends that. Again, it does nothing */
napi_value listeners_stop(napi_env env, napi_callback_info info) {
  napi_value callback;
  struct listener **link;
  struct environment *environment = environment_of(env);
  if (environment == NULL || !js_arguments(env, info, 1, &callback) || !find(env, environment, callback, &link)) return NULL;
  struct listener *listener = *link;
  if (listener == NULL) return NULL;
  unlink_listener(listener);
  end(listener);
  return NULL;
}
