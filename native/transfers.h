/* The glue of copies that another thread makes: functions of the addon. */
#ifndef IO_MAPPING_TRANSFERS_H
#define IO_MAPPING_TRANSFERS_H

#include <node_api.h>

napi_value transfers_start(napi_env env, napi_callback_info info);
napi_value transfers_stop(napi_env env, napi_callback_info info);
napi_value transfers_await(napi_env env, napi_callback_info info);

#endif
