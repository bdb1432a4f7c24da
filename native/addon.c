/* The glue: each function reads its arguments, calls into the C core, and returns what it answers; an errno is a
   number for src/system/native.ts to put into words. Addresses are numbers that src/container/container.ts got from `addressOf`;
   src/ checks every range before it calls here. */
#include <errno.h>
#include <limits.h>
#include <node_api.h>
#include <string.h>
#include <unistd.h>

#include "copies.h"
#include "counts.h"
#include "critical.h"
#include "environment.h"
#include "faults.h"
#include "fence.h"
#include "files.h"
#include "handler.h"
#include "ioctls.h"
#include "js.h"
#include "leases.h"
#include "listeners.h"
#include "page.h"
#include "pages.h"
#include "polls.h"
#include "transfers.h"

/* What it was made of, for scripts/check-prebuilds.js to read in the file. */
static const char stamp[] __attribute__((used)) = ADDON_STAMP;

/* addressOf(bytes: Uint8Array): number — where the first one lies */
static napi_value address_of(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  uint8_t *bytes;
  size_t length;
  if (!js_arguments(env, info, 1, &argument) || !js_bytes(env, argument, &bytes, &length)) return NULL;
  return js_ok(env, napi_create_double(env, (double)(uintptr_t)bytes, &result)) ? result : NULL;
}

/* lay(address, length, fd, offset, access: 0 read | 1 read-write | 2 copy-on-write): errno, or 0 */
static napi_value lay(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  size_t address, length;
  uint32_t fd, access;
  int64_t offset;
  if (!js_arguments(env, info, 5, arguments) || !js_size(env, arguments[0], &address) ||
      !js_size(env, arguments[1], &length) || !js_uint32(env, arguments[2], &fd) ||
      !js_int64(env, arguments[3], &offset) || !js_uint32(env, arguments[4], &access)) {
    return NULL;
  }
  return js_int(env, pages_lay(address, length, (int)fd, offset, (enum pages_access)access));
}

/* clear(address, length): enum pages_left — lays zeros over pages */
static napi_value clear(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t address, length;
  if (!js_arguments(env, info, 2, arguments) || !js_size(env, arguments[0], &address) ||
      !js_size(env, arguments[1], &length)) {
    return NULL;
  }
  critical_enter();
  enum pages_left left = pages_clear(address, length);
  critical_leave();
  return js_int(env, left);
}

/* prefault(address, length, stride): void — fills page tables, as a hint */
static napi_value prefault(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t address, length, stride;
  if (!js_arguments(env, info, 3, arguments) || !js_size(env, arguments[0], &address) ||
      !js_size(env, arguments[1], &length) || !js_size(env, arguments[2], &stride)) {
    return NULL;
  }
  if (stride == 0) {
    napi_throw_range_error(env, NULL, "stride is 0");
  } else {
    pages_prefault(address, length, stride);
  }
  return NULL;
}

static struct descriptors *environment_descriptors(napi_env env) {
  struct environment *environment = environment_of(env);
  return environment == NULL ? NULL : &environment->descriptors;
}

/* createMemory(owner: object, size): the descriptor of a sealed memfd, or -errno; it is closed when its owner is collected */
static napi_value create_memory(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int64_t size;
  int fd = -1;
  if (!js_arguments(env, info, 2, arguments) || !js_int64(env, arguments[1], &size)) return NULL;
  int error = pages_create_memory(size, &fd);
  return environment_own(env, arguments[0], error, fd);
}

/* open(owner: object, path, flags): its descriptor, or -errno; it is closed when its owner is collected. Not fs.openSync's: in a Worker,
   Node would close that a second time */
static napi_value open_path(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  char path[PATH_MAX];
  uint32_t flags;
  int fd = -1;
  size_t length;
  if (!js_arguments(env, info, 3, arguments) || !js_uint32(env, arguments[2], &flags) ||
      !js_ok(env, napi_get_value_string_utf8(env, arguments[1], NULL, 0, &length))) {
    return NULL;
  }
  if (length >= sizeof path) return js_int(env, -ENAMETOOLONG);
  if (!js_string(env, arguments[1], path, sizeof path)) return NULL;
  int error = files_open(path, (int)flags, &fd);
  return environment_own(env, arguments[0], error, fd);
}

/* duplicate(owner: object, fd): another descriptor of what is open under fd, or -errno; it is closed when its owner is collected */
static napi_value duplicate(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t given;
  int fd = -1;
  if (!js_arguments(env, info, 2, arguments) || !js_uint32(env, arguments[1], &given)) return NULL;
  int error = files_duplicate((int)given, &fd);
  return environment_own(env, arguments[0], error, fd);
}

/* fileFacts(fd): [mode, size, file system's magic number, unit in bytes] of what is open, or -errno; files.h */
static napi_value file_facts(napi_env env, napi_callback_info info) {
  napi_value argument, result, element;
  uint32_t fd;
  struct file_facts facts;
  if (!js_arguments(env, info, 1, &argument) || !js_uint32(env, argument, &fd)) return NULL;
  int error = files_facts((int)fd, &facts);
  if (error != 0) return js_int(env, -error);
  const double values[] = {facts.mode, (double)facts.size, facts.file_system, (double)facts.unit};
  const uint32_t count = sizeof values / sizeof values[0];
  if (!js_ok(env, napi_create_array_with_length(env, count, &result))) return NULL;
  for (uint32_t i = 0; i < count; i++) {
    if (!js_ok(env, napi_create_double(env, values[i], &element)) || !js_ok(env, napi_set_element(env, result, i, element)))
      return NULL;
  }
  return result;
}

/* pageSize(): number */
static napi_value size_of_page(napi_env env, napi_callback_info info) {
  (void)info;
  return js_int(env, (int)page_size());
}

/* closeDescriptor(owner: object, fd): void — closes it now, if it is that owner's still */
static napi_value close_descriptor(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t fd;
  struct descriptors *all = environment_descriptors(env);
  if (all == NULL || !js_arguments(env, info, 2, arguments) || !js_uint32(env, arguments[1], &fd)) return NULL;
  js_ok(env, descriptors_close_of(all, env, arguments[0], fd));
  return NULL;
}

/* sweepDescriptors(): number — closes those whose owners were collected; how many are left */
static napi_value sweep_descriptors(napi_env env, napi_callback_info info) {
  (void)info;
  struct descriptors *all = environment_descriptors(env);
  if (all == NULL || !js_ok(env, descriptors_sweep(all, env))) return NULL;
  return js_int(env, (int)all->count);
}

/* pressDescriptors(): void — collects garbage, and closes those whose owners went with it */
static napi_value press_descriptors(napi_env env, napi_callback_info info) {
  (void)info;
  struct descriptors *all = environment_descriptors(env);
  if (all != NULL) js_ok(env, descriptors_press(all, env));
  return NULL;
}

/* createCount(owner: object): an eventfd, or -errno; it is closed when its owner is collected */
static napi_value create_count(napi_env env, napi_callback_info info) {
  napi_value owner;
  int fd = -1;
  if (!js_arguments(env, info, 1, &owner)) return NULL;
  int error = counts_create(&fd);
  return environment_own(env, owner, error, fd);
}

/* takeCount(fd, width: 4 | 8, tally: Float64Array): errno, or 0 — adds what there is to be read to `tally`; counts.h */
static napi_value take_count(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  uint32_t fd;
  size_t width;
  double *tally;
  if (!js_arguments(env, info, 3, arguments) || !js_uint32(env, arguments[0], &fd) || !js_size(env, arguments[1], &width) ||
      !js_doubles(env, arguments[2], TALLY_LENGTH, &tally)) {
    return NULL;
  }
  return js_int(env, counts_take((int)fd, width, tally));
}

static napi_value mb(napi_env env, napi_callback_info info) {
  (void)env, (void)info;
  FENCE_MB();
  return NULL;
}

static napi_value rmb(napi_env env, napi_callback_info info) {
  (void)env, (void)info;
  FENCE_RMB();
  return NULL;
}

static napi_value wmb(napi_env env, napi_callback_info info) {
  (void)env, (void)info;
  FENCE_WMB();
  return NULL;
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  if (!environment_begin(env)) return NULL;
  int error = handler_prepare();
  if (error != 0) {
    napi_throw_error(env, NULL, strerror(error));
    return NULL;
  }
#define FUNCTION(name, function) {name, NULL, function, NULL, NULL, NULL, napi_default_jsproperty, NULL}
  const napi_property_descriptor functions[] = {
      FUNCTION("addressOf", address_of),
      FUNCTION("lay", lay),
      FUNCTION("clear", clear),
      FUNCTION("prefault", prefault),
      FUNCTION("createMemory", create_memory),
      FUNCTION("open", open_path),
      FUNCTION("duplicate", duplicate),
      FUNCTION("fileFacts", file_facts),
      FUNCTION("pageSize", size_of_page),
      FUNCTION("closeDescriptor", close_descriptor),
      FUNCTION("sweepDescriptors", sweep_descriptors),
      FUNCTION("pressDescriptors", press_descriptors),
      FUNCTION("copyFromDevice", copies_from),
      FUNCTION("copyToDevice", copies_to),
      FUNCTION("fillDevice", copies_fill),
      FUNCTION("readFifo", copies_from_fifo),
      FUNCTION("writeFifo", copies_to_fifo),
      FUNCTION("startTransfer", transfers_start),
      FUNCTION("stopTransfer", transfers_stop),
      FUNCTION("awaitTransfer", transfers_await),
      FUNCTION("watchFaults", faults_watch),
      FUNCTION("listen", listeners_listen),
      FUNCTION("stopListening", listeners_stop),
      FUNCTION("keepHandler", faults_keep_handler),
      FUNCTION("watchHandler", faults_watch_handler),
      FUNCTION("createLease", leases_create),
      FUNCTION("endLease", leases_end),
      FUNCTION("faults", leases_faults),
      FUNCTION("cause", leases_cause),
      FUNCTION("misaligned", leases_misaligned),
      FUNCTION("share", leases_share),
      FUNCTION("attach", leases_attach),
      FUNCTION("sharedText", leases_text),
      FUNCTION("sharedDescriptor", leases_descriptor),
      FUNCTION("holdPages", leases_hold_pages),
      FUNCTION("guard", leases_guard),
      FUNCTION("unguard", leases_unguard),
      FUNCTION("isGuarded", leases_is_guarded),
      FUNCTION("createCount", create_count),
      FUNCTION("takeCount", take_count),
      FUNCTION("createPoll", polls_create),
      FUNCTION("waitPoll", polls_wait),
      FUNCTION("stopPoll", polls_stop),
      FUNCTION("closePoll", polls_close),
      FUNCTION("ioctlWord", ioctls_word),
      FUNCTION("ioctl", ioctls_record),
      FUNCTION("ioctlOpen", ioctls_open),
      FUNCTION("ioctlPointing", ioctls_pointing),
      FUNCTION("ioctlPages", ioctls_pages),
      FUNCTION("mb", mb),
      FUNCTION("rmb", rmb),
      FUNCTION("wmb", wmb),
  };
#undef FUNCTION
  size_t count = sizeof functions / sizeof functions[0];
  return js_ok(env, napi_define_properties(env, exports, count, functions)) ? exports : NULL;
}
