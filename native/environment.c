#include "environment.h"

#include <stdlib.h>
#include <unistd.h>

#include "js.h"

static void free_all(struct leftover *list) {
  while (list != NULL) {
    struct leftover *next = list->next;
    free(list);
    list = next;
  }
}

static void end(napi_env env, void *data, void *hint) {
  (void)hint;
  struct environment *environment = data;
  descriptors_close_all(&environment->descriptors, env);
  free_all(environment->leftovers);
  if (environment->watcher != NULL) watchers_remove(environment->watcher);
  if (environment->word != NULL) napi_delete_reference(env, environment->word); /* failing, it leaks its few bytes */
  free(environment);
}

bool environment_begin(napi_env env) {
  struct environment *environment = calloc(1, sizeof *environment);
  if (environment == NULL) {
    napi_throw_error(env, NULL, "out of memory");
    return false;
  }
  if (js_ok(env, napi_set_instance_data(env, environment, end, NULL))) return true;
  free(environment);
  return false;
}

struct environment *environment_of(napi_env env) {
  void *data = NULL;
  return js_ok(env, napi_get_instance_data(env, &data)) ? data : NULL;
}

napi_value environment_own(napi_env env, napi_value owner, int error, int fd) {
  if (error != 0) return js_int(env, -error);
  napi_value result = js_int(env, fd); /* first: what is owned must reach its owner */
  struct environment *environment = result == NULL ? NULL : environment_of(env);
  if (environment != NULL && js_ok(env, descriptors_own(&environment->descriptors, env, owner, (uint32_t)fd))) return result;
  close(fd);
  return NULL;
}
