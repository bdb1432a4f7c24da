/* What every function of the addon does with its arguments and errors. */
#ifndef IO_MAPPING_JS_H
#define IO_MAPPING_JS_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each js_ function returns false with a JavaScript exception pending when it fails; the caller returns NULL then. */

/* Reads exactly `count` arguments. */
bool js_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments);

/* Whole numbers, checked: never truncated, never negative. */
bool js_size(napi_env env, napi_value value, size_t *size);
bool js_int64(napi_env env, napi_value value, int64_t *number);
bool js_uint32(napi_env env, napi_value value, uint32_t *number);

/* The bytes of a Uint8Array. */
bool js_bytes(napi_env env, napi_value value, uint8_t **bytes, size_t *length);

/* The numbers of a Float64Array, which has `length` of them or more. */
bool js_doubles(napi_env env, napi_value value, size_t length, double **numbers);

/* A string, without zero bytes, of at most `capacity` - 1 bytes. */
bool js_string(napi_env env, napi_value value, char *text, size_t capacity);

/* What an external holds; NULL with an exception pending. The second: of a function's only argument. */
void *js_external(napi_env env, napi_value value);
void *js_external_argument(napi_env env, napi_callback_info info);

/* A number, to return; NULL with an exception pending. */
napi_value js_int(napi_env env, int number);

/* True for napi_ok; otherwise throws what Node-API says of its last error. */
bool js_ok(napi_env env, napi_status status);

#endif
