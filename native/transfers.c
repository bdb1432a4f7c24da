#include "transfers.h"

#include <stdlib.h>

#include "copy.h"
#include "environment.h"
#include "js.h"
#include "transfer.h"

/* A slice of a transfer, on its way through Node's thread pool. */
struct slice {
  struct leftover leftover; /* where JavaScript may still refer to it when it has ended */
  struct transfer transfer;
  napi_async_work work;
  napi_ref held; /* keeps both memories and the callback: [bytes, device memory, done] */
};

/* Lets go of all that it keeps. Failing, that leaks its few bytes and nothing else. */
static void slice_end(napi_env env, struct slice *slice) {
  if (slice->work != NULL) napi_delete_async_work(env, slice->work);
  if (slice->held != NULL) napi_delete_reference(env, slice->held);
  slice->work = NULL;
  slice->held = NULL;
}

static void slice_free(napi_env env, struct slice *slice) {
  slice_end(env, slice);
  free(slice);
}

static void run(napi_env env, void *data) {
  (void)env;
  struct slice *slice = data;
  transfer_run(&slice->transfer);
}

/* Calls `done`; false if it could not be called, so that its caller may still refer to the slice. */
static bool tell(napi_env env, const struct slice *slice) {
  napi_value held, done, undefined, number;
  return napi_get_reference_value(env, slice->held, &held) == napi_ok && held != NULL &&
         napi_get_element(env, held, 2, &done) == napi_ok && napi_get_undefined(env, &undefined) == napi_ok &&
         napi_create_double(env, (double)slice->transfer.done, &number) == napi_ok &&
         napi_call_function(env, undefined, done, 1, &number, NULL) == napi_ok;
}

/* In the thread that has started it; which may be at its end, and then runs no JavaScript any more. */
static void complete(napi_env env, napi_status status, void *data) {
  (void)status;
  struct slice *slice = data;
  bool told = tell(env, slice);
  slice_end(env, slice);
  if (told) {
    free(slice);
    return;
  }
  void *data_of_environment = NULL;
  if (napi_get_instance_data(env, &data_of_environment) != napi_ok || data_of_environment == NULL) return;
  struct environment *environment = data_of_environment;
  slice->leftover.next = environment->leftovers;
  environment->leftovers = &slice->leftover;
}

static struct slice *slice_create(napi_env env, const napi_value *held) {
  napi_value array, name;
  struct slice *slice = calloc(1, sizeof *slice);
  if (slice == NULL) {
    napi_throw_error(env, NULL, "out of memory");
    return NULL;
  }
  bool made = js_ok(env, napi_create_array_with_length(env, 3, &array));
  for (uint32_t i = 0; i < 3; i++) made = made && js_ok(env, napi_set_element(env, array, i, held[i]));
  if (made && js_ok(env, napi_create_reference(env, array, 1, &slice->held)) &&
      js_ok(env, napi_create_string_utf8(env, "io-mapping transfer", NAPI_AUTO_LENGTH, &name)) &&
      js_ok(env, napi_create_async_work(env, NULL, name, run, complete, slice, &slice->work))) {
    return slice;
  }
  slice_free(env, slice);
  return NULL;
}

/* startTransfer(address, bytes: Uint8Array, length, how, toDevice: 0 | 1, memory: object, done: (copied) => void): number
   Begins a slice, and calls `done` when it has ended: after some milliseconds, whether all is copied or not. The number is
   for the two functions below, until `done` is called. `memory`: what `address` lies in. */
napi_value transfers_start(napi_env env, napi_callback_info info) {
  napi_value arguments[7], result;
  size_t address, length, available;
  uint8_t *bytes;
  uint32_t how, to_device;
  if (!js_arguments(env, info, 7, arguments) || !js_size(env, arguments[0], &address) ||
      !js_bytes(env, arguments[1], &bytes, &available) || !js_size(env, arguments[2], &length) ||
      !js_uint32(env, arguments[3], &how) || !js_uint32(env, arguments[4], &to_device)) {
    return NULL;
  }
  if (length == 0 || length > available || !copy_how_is_valid(how)) {
    napi_throw_range_error(env, NULL, "length or how out of range");
    return NULL;
  }
  const napi_value held[] = {arguments[1], arguments[5], arguments[6]};
  struct slice *slice = slice_create(env, held);
  if (slice == NULL) return NULL;
  slice->transfer.device = (uint8_t *)address;
  slice->transfer.memory = bytes;
  slice->transfer.length = length;
  slice->transfer.how = how;
  slice->transfer.to_device = to_device != 0;
  if (!js_ok(env, napi_create_double(env, (double)(uintptr_t)slice, &result)) ||
      !js_ok(env, napi_queue_async_work(env, slice->work))) {
    slice_free(env, slice);
    return NULL;
  }
  return result;
}

/* stopTransfer(slice): void — has it end soon */
napi_value transfers_stop(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t slice;
  if (!js_arguments(env, info, 1, &argument) || !js_size(env, argument, &slice)) return NULL;
  transfer_stop(&((struct slice *)slice)->transfer);
  return NULL;
}

/* awaitTransfer(slice, milliseconds): 0 | 1 — has it end, and waits for that; 1 if it has. `done` is called later. */
napi_value transfers_await(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t slice;
  uint32_t milliseconds;
  if (!js_arguments(env, info, 2, arguments) || !js_size(env, arguments[0], &slice) ||
      !js_uint32(env, arguments[1], &milliseconds)) {
    return NULL;
  }
  return js_int(env, transfer_await(&((struct slice *)slice)->transfer, milliseconds));
}
