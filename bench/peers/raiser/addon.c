/* The thread, for contestants in Node. */
#include <errno.h>
#include <node_api.h>
#include <string.h>
#include <sys/eventfd.h>

#include "raiser.h"

/* start(eventfd, device, pause, count, buffer): struct line, with '' for no device; the buffer is a struct raised, kept until all are heard */
static napi_value start(napi_env env, napi_callback_info info) {
  size_t given = 5, length;
  napi_value arguments[5];
  char device[64];
  uint32_t eventfd, pause_us, count;
  void *raised;
  napi_get_cb_info(env, info, &given, arguments, NULL, NULL);
  napi_get_value_uint32(env, arguments[0], &eventfd);
  napi_get_value_string_utf8(env, arguments[1], device, sizeof device, &length);
  napi_get_value_uint32(env, arguments[2], &pause_us);
  napi_get_value_uint32(env, arguments[3], &count);
  napi_get_arraybuffer_info(env, arguments[4], &raised, &length);
  struct line line = {(int)eventfd, device[0] ? device : NULL, pause_us};
  int error = length < sizeof(struct raised) ? EINVAL : raiser_start(line, count, raised);
  if (error != 0) napi_throw_error(env, NULL, strerror(error));
  return NULL;
}

/* open(): an eventfd that blocks whoever reads it */
static napi_value open_blocking(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result;
  napi_create_int32(env, eventfd(0, EFD_CLOEXEC), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "start", NAPI_AUTO_LENGTH, start, NULL, &function);
  napi_set_named_property(env, exports, "start", function);
  napi_create_function(env, "open", NAPI_AUTO_LENGTH, open_blocking, NULL, &function);
  napi_set_named_property(env, exports, "open", function);
  return exports;
}
