/* The glue of guarded ranges: functions of the addon. */
#ifndef IO_MAPPING_GUARDS_H
#define IO_MAPPING_GUARDS_H

#include <node_api.h>

napi_value guards_begin(napi_env env, napi_callback_info info);
napi_value guards_end(napi_env env, napi_callback_info info);

#endif
