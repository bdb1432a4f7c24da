/* A plain Node-API accessor, as an addon for registers is usually written: an offset in, a number out, nothing checked. */
#include <fcntl.h>
#include <node_api.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static napi_value read32(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result;
  void *base;
  uint32_t offset;
  napi_get_cb_info(env, info, &count, &argument, NULL, &base);
  napi_get_value_uint32(env, argument, &offset);
  napi_create_uint32(env, *(volatile uint32_t *)((uint8_t *)base + offset), &result);
  return result;
}

static napi_value write32(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  void *base;
  uint32_t offset, value;
  napi_get_cb_info(env, info, &count, arguments, NULL, &base);
  napi_get_value_uint32(env, arguments[0], &offset);
  napi_get_value_uint32(env, arguments[1], &value);
  *(volatile uint32_t *)((uint8_t *)base + offset) = value;
  return NULL;
}

/* open(path, offset, length): { read32(offset), write32(offset, value) } */
static napi_value open_accessor(napi_env env, napi_callback_info info) {
  size_t count = 3, used;
  napi_value arguments[3], accessor, function;
  char path[256];
  int64_t offset;
  uint32_t length;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_string_utf8(env, arguments[0], path, sizeof path, &used);
  napi_get_value_int64(env, arguments[1], &offset);
  napi_get_value_uint32(env, arguments[2], &length);
  int file = open(path, O_RDWR | O_CLOEXEC);
  void *base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)offset);
  close(file);
  if (base == MAP_FAILED) {
    napi_throw_error(env, NULL, "mmap failed");
    return NULL;
  }
  napi_create_object(env, &accessor);
  napi_create_function(env, "read32", NAPI_AUTO_LENGTH, read32, base, &function);
  napi_set_named_property(env, accessor, "read32", function);
  napi_create_function(env, "write32", NAPI_AUTO_LENGTH, write32, base, &function);
  napi_set_named_property(env, accessor, "write32", function);
  return accessor;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "open", NAPI_AUTO_LENGTH, open_accessor, NULL, &function);
  napi_set_named_property(env, exports, "open", function);
  return exports;
}
