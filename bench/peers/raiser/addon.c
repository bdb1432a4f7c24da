/* The thread, for contestants in Node. */
#include <node_api.h>
#include <sys/eventfd.h>

#include "raiser.h"

/* start(eventfd, count, buffer): the buffer, which has a struct raised, is kept until the last one was heard */
static napi_value start(napi_env env, napi_callback_info info) {
  size_t count = 3, length;
  napi_value arguments[3];
  uint32_t eventfd, raises;
  void *raised;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_uint32(env, arguments[0], &eventfd);
  napi_get_value_uint32(env, arguments[1], &raises);
  napi_get_arraybuffer_info(env, arguments[2], &raised, &length);
  if (length < sizeof(struct raised) || raiser_start((int)eventfd, raises, raised) != 0)
    napi_throw_error(env, NULL, "the thread that raises can't be started");
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
