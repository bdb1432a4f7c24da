/* The glue of domains: functions of the addon. A lease is what a mapping has of its domain, in its thread. */
#ifndef IO_MAPPING_LEASES_H
#define IO_MAPPING_LEASES_H

#include <node_api.h>

struct domain;

/* The domain of a lease; NULL with an exception pending. */
struct domain *leases_domain(napi_env env, napi_value lease);

napi_value leases_create(napi_env env, napi_callback_info info);
napi_value leases_end(napi_env env, napi_callback_info info);
napi_value leases_faults(napi_env env, napi_callback_info info);
napi_value leases_cause(napi_env env, napi_callback_info info);
napi_value leases_share(napi_env env, napi_callback_info info);
napi_value leases_attach(napi_env env, napi_callback_info info);
napi_value leases_text(napi_env env, napi_callback_info info);
napi_value leases_descriptor(napi_env env, napi_callback_info info);
napi_value leases_hold_pages(napi_env env, napi_callback_info info);
napi_value leases_begin_window(napi_env env, napi_callback_info info);
napi_value leases_end_window(napi_env env, napi_callback_info info);

#endif
