/* What the addon keeps for each environment, a thread that has loaded it: ended with it, whatever it has left. */
#ifndef IO_MAPPING_ENVIRONMENT_H
#define IO_MAPPING_ENVIRONMENT_H

#include <node_api.h>
#include <stdbool.h>

#include "descriptors.h"
#include "watchers.h"

struct slice;

struct environment {
  struct descriptors descriptors;
  struct watcher *watcher; /* NULL before watchFaults */
  napi_ref word;           /* keeps the watcher's word */
  struct slice *untold;    /* slices of transfers.c that may still be referred to */
};

/* Throws, and returns false, if there is no memory. */
bool environment_begin(napi_env env);

/* NULL with an exception pending. */
struct environment *environment_of(napi_env env);

#endif
