/* Waiting for descriptors by the event loop: glue. */
#ifndef IO_MAPPING_POLLS_H
#define IO_MAPPING_POLLS_H

#include <node_api.h>

napi_value polls_create(napi_env env, napi_callback_info info);
napi_value polls_wait(napi_env env, napi_callback_info info);
napi_value polls_stop(napi_env env, napi_callback_info info);
napi_value polls_close(napi_env env, napi_callback_info info);

#endif
