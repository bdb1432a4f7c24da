/* The glue of those that wait to be told of faults: functions of the addon. */
#ifndef IO_MAPPING_LISTENERS_H
#define IO_MAPPING_LISTENERS_H

#include <node_api.h>

napi_value listeners_listen(napi_env env, napi_callback_info info);
napi_value listeners_stop(napi_env env, napi_callback_info info);

#endif
