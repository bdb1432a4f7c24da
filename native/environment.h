/* What the addon keeps for each environment, a thread that has loaded it: ended with it, whatever it has left. */
#ifndef IO_MAPPING_ENVIRONMENT_H
#define IO_MAPPING_ENVIRONMENT_H

#include <node_api.h>
#include <stdbool.h>

#include "descriptors.h"
#include "watchers.h"

struct listener;
struct poll;

/* The start of a block that is freed with the environment. */
struct leftover {
  struct leftover *next;
};

struct environment {
  struct descriptors descriptors;
  struct watcher *watcher; /* NULL before watchFaults */
  napi_ref word; /* keeps the watcher's word */
  struct listener *listeners; /* of listeners.c, which ends them before the environment does */
  struct poll *polls; /* of polls.c, which closes them so, too */
  unsigned polls_closing; /* that libuv has not let go of yet */
  napi_async_cleanup_hook_handle polls_hook; /* NULL before the first */
  bool polls_end; /* once the last is closed, the hook is to be told */
  struct leftover *leftovers;
};

/* Throws, and returns false, if there is no memory. */
bool environment_begin(napi_env env);

/* NULL with an exception pending. */
struct environment *environment_of(napi_env env);

/* What a function answers that made a descriptor for `owner`: it, or -errno. From here on it is closed when its owner is collected. NULL
   with an exception pending; then it is closed. */
napi_value environment_own(napi_env env, napi_value owner, int error, int fd);

#endif
