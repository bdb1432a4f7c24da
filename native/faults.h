/* The glue of the fault handler and of those whom it tells: functions of the addon. */
#ifndef IO_MAPPING_FAULTS_H
#define IO_MAPPING_FAULTS_H

#include <node_api.h>

napi_value faults_watch(napi_env env, napi_callback_info info);
napi_value faults_keep_handler(napi_env env, napi_callback_info info);
napi_value faults_watch_handler(napi_env env, napi_callback_info info);

#endif
