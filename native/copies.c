#include "copies.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "copy.h"
#include "js.h"

/* What all but fillDevice are given. */
struct copy {
  void *device;
  uint8_t *bytes;
  size_t length;
  uint32_t how;
};

/* (address, bytes: Uint8Array, length, how); `is_valid` says how it may go. */
static bool copy_arguments(napi_env env, napi_callback_info info, bool (*is_valid)(uint32_t), struct copy *copy) {
  napi_value arguments[4];
  size_t address, available;
  if (!js_arguments(env, info, 4, arguments) || !js_size(env, arguments[0], &address) ||
      !js_bytes(env, arguments[1], &copy->bytes, &available) || !js_size(env, arguments[2], &copy->length) ||
      !js_uint32(env, arguments[3], &copy->how)) {
    return false;
  }
  copy->device = (void *)address;
  if (copy->length <= available && is_valid(copy->how)) return true;
  napi_throw_range_error(env, NULL, "length or how out of range");
  return false;
}

/* copyFromDevice(address, target: Uint8Array, length, how): void */
napi_value copies_from(napi_env env, napi_callback_info info) {
  struct copy copy;
  if (copy_arguments(env, info, copy_how_is_valid, &copy))
    copy_from_device(copy.bytes, copy.device, copy.length, copy.how);
  return NULL;
}

/* copyToDevice(address, source: Uint8Array, length, how): void */
napi_value copies_to(napi_env env, napi_callback_info info) {
  struct copy copy;
  if (copy_arguments(env, info, copy_how_is_valid, &copy))
    copy_to_device(copy.device, copy.bytes, copy.length, copy.how);
  return NULL;
}

/* readFifo(address, target: Uint8Array, length, width): void */
napi_value copies_from_fifo(napi_env env, napi_callback_info info) {
  struct copy copy;
  if (copy_arguments(env, info, copy_width_is_valid, &copy))
    copy_from_fifo(copy.bytes, copy.device, copy.length, copy.how);
  return NULL;
}

/* writeFifo(address, source: Uint8Array, length, width): void */
napi_value copies_to_fifo(napi_env env, napi_callback_info info) {
  struct copy copy;
  if (copy_arguments(env, info, copy_width_is_valid, &copy))
    copy_to_fifo(copy.device, copy.bytes, copy.length, copy.how);
  return NULL;
}

/* fillDevice(address, byte, length, how): void */
napi_value copies_fill(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  size_t address, length;
  uint32_t byte, how;
  if (!js_arguments(env, info, 4, arguments) || !js_size(env, arguments[0], &address) ||
      !js_uint32(env, arguments[1], &byte) || !js_size(env, arguments[2], &length) ||
      !js_uint32(env, arguments[3], &how)) {
    return NULL;
  }
  if (byte <= UINT8_MAX && copy_how_is_valid(how)) {
    copy_fill((void *)address, (uint8_t)byte, length, how);
  } else {
    napi_throw_range_error(env, NULL, "byte or how out of range");
  }
  return NULL;
}
