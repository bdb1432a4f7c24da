#include "faults.h"

#include "environment.h"
#include "handler.h"
#include "js.h"

/* The word that the environment watches; NULL with an exception pending. */
static napi_value watched(napi_env env, const struct environment *environment) {
  napi_value word;
  return js_ok(env, napi_get_reference_value(env, environment->word, &word)) ? word : NULL;
}

/* watchFaults(words: Uint32Array): Uint32Array — keeps struct watched of watchers.h in what it returns: `words`, or the first ones that
   were given in this environment */
napi_value faults_watch(napi_env env, napi_callback_info info) {
  napi_value argument;
  napi_typedarray_type type;
  void *word = NULL;
  size_t length;
  struct environment *environment = environment_of(env);
  if (environment == NULL || !js_arguments(env, info, 1, &argument)) return NULL;
  if (!js_ok(env, napi_get_typedarray_info(env, argument, &type, &length, &word, NULL, NULL))) return NULL;
  if (type != napi_uint32_array || length < 2) {
    napi_throw_type_error(env, NULL, "not a Uint32Array of two");
    return NULL;
  }
  if (environment->watcher != NULL) return watched(env, environment);
  if (environment->word == NULL && !js_ok(env, napi_create_reference(env, argument, 1, &environment->word))) return NULL;
  environment->watcher = watchers_add(word);
  if (environment->watcher != NULL) return argument;
  napi_throw_error(env, NULL, "out of memory");
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
  if (result == NULL) watchers_close_pipe(watcher, fd);
  return result;
}

/* closeFaultPipe(fd): void — closes the other end of the pipe that is read from `fd` */
napi_value faults_close_pipe(napi_env env, napi_callback_info info) {
  napi_value argument;
  uint32_t fd;
  struct watcher *watcher = watcher_of(env);
  if (watcher == NULL || !js_arguments(env, info, 1, &argument) || !js_uint32(env, argument, &fd)) return NULL;
  watchers_close_pipe(watcher, (int)fd);
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
