/* The glue of domains: functions of the addon. A lease is what a mapping has of its domain, in its thread. */
#ifndef IO_MAPPING_LEASES_H
#define IO_MAPPING_LEASES_H

#include <node_api.h>

napi_value leases_create(napi_env env, napi_callback_info info);
napi_value leases_end(napi_env env, napi_callback_info info);
napi_value leases_faults(napi_env env, napi_callback_info info);
napi_value leases_cause(napi_env env, napi_callback_info info);
napi_value leases_misaligned(napi_env env, napi_callback_info info);
napi_value leases_share(napi_env env, napi_callback_info info);
napi_value leases_attach(napi_env env, napi_callback_info info);
napi_value leases_text(napi_env env, napi_callback_info info);
napi_value leases_descriptor(napi_env env, napi_callback_info info);
napi_value leases_hold_pages(napi_env env, napi_callback_info info);
napi_value leases_guard(napi_env env, napi_callback_info info);
napi_value leases_unguard(napi_env env, napi_callback_info info);
napi_value leases_is_guarded(napi_env env, napi_callback_info info);

#endif
