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
