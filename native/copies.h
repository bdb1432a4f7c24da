/* The glue of copies that this thread makes: functions of the addon. */
#ifndef IO_MAPPING_COPIES_H
#define IO_MAPPING_COPIES_H

#include <node_api.h>

napi_value copies_from(napi_env env, napi_callback_info info);
napi_value copies_to(napi_env env, napi_callback_info info);
napi_value copies_from_fifo(napi_env env, napi_callback_info info);
napi_value copies_to_fifo(napi_env env, napi_callback_info info);
napi_value copies_fill(napi_env env, napi_callback_info info);

#endif
