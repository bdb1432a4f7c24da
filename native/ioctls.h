/* Asking devices by ioctl: glue. */
#ifndef IO_MAPPING_IOCTLS_H
#define IO_MAPPING_IOCTLS_H

#include <node_api.h>

napi_value ioctls_word(napi_env env, napi_callback_info info);
napi_value ioctls_record(napi_env env, napi_callback_info info);
napi_value ioctls_open(napi_env env, napi_callback_info info);
napi_value ioctls_pointing(napi_env env, napi_callback_info info);
napi_value ioctls_pages(napi_env env, napi_callback_info info);

#endif
