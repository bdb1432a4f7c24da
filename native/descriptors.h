/* File descriptors that belong to JavaScript objects, and are closed when their owner has been collected.
   A finalizer would run only when the event loop turns, and a WeakRef keeps its target alive until then: a program
   that makes apertures in one long loop would run out of descriptors. A weak reference of Node-API does neither, so
   each new descriptor looks, now and then, which owners are gone. */
#ifndef IO_MAPPING_DESCRIPTORS_H
#define IO_MAPPING_DESCRIPTORS_H

#include <node_api.h>
#include <stdint.h>

/* One for each JavaScript environment (main thread or Worker). Starts as all zeros. */
struct descriptors {
  napi_ref *owners; /* by descriptor; NULL where it is not ours */
  uint32_t capacity;
  uint32_t count;
  uint32_t sweep_at;
  int64_t told; /* to V8, of what they weigh */
};

/* From here on `fd` is closed when `owner` is collected. On failure `fd` is still the caller's. */
napi_status descriptors_own(struct descriptors *all, napi_env env, napi_value owner, uint32_t fd);

/* Closes `fd` now, if it is `owner`'s. */
napi_status descriptors_close_of(struct descriptors *all, napi_env env, napi_value owner, uint32_t fd);

/* Closes those whose owners are gone. */
napi_status descriptors_sweep(struct descriptors *all, napi_env env);

/* Has V8 collect now, and closes those whose owners are gone: for when the system has no descriptor left. */
napi_status descriptors_press(struct descriptors *all, napi_env env);

/* Closes all, when the environment ends. */
void descriptors_close_all(struct descriptors *all, napi_env env);

#endif
