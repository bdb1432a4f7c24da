/* The glue of copies that another thread makes: functions of the addon. */
#ifndef IO_MAPPING_TRANSFERS_H
#define IO_MAPPING_TRANSFERS_H

#include <node_api.h>

struct slice;

/* Frees a list of slices, when nothing can refer to them any more: for the environment's end. */
void transfers_free(struct slice *list);

napi_value transfers_start(napi_env env, napi_callback_info info);
napi_value transfers_stop(napi_env env, napi_callback_info info);
napi_value transfers_await(napi_env env, napi_callback_info info);

#endif
