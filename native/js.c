#include "js.h"

#include <string.h>

bool js_ok(napi_env env, napi_status status) {
  if (status == napi_ok) return true;
  /* First, since every other call forgets it; the message itself is a constant. */
  const napi_extended_error_info *info = NULL;
  const char *message = NULL;
  if (napi_get_last_error_info(env, &info) == napi_ok && info != NULL) message = info->error_message;
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending) return false;
  napi_throw_error(env, NULL, message != NULL ? message : "Node-API call failed");
  return false;
}

bool js_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments) {
  size_t given = count;
  if (!js_ok(env, napi_get_cb_info(env, info, &given, arguments, NULL, NULL))) return false;
  if (given == count) return true;
  napi_throw_type_error(env, NULL, "wrong number of arguments");
  return false;
}

/* A whole number from 0 to 2^53, exactly as a double holds it. */
static bool whole(napi_env env, napi_value value, double *number) {
  if (!js_ok(env, napi_get_value_double(env, value, number))) return false;
  if (*number >= 0 && *number <= 9007199254740992.0 && *number == (double)(int64_t)*number) return true;
  napi_throw_range_error(env, NULL, "not a whole number from 0 to 2^53");
  return false;
}

bool js_int64(napi_env env, napi_value value, int64_t *number) {
  double given;
  if (!whole(env, value, &given)) return false;
  *number = (int64_t)given;
  return true;
}

bool js_size(napi_env env, napi_value value, size_t *size) {
  double given;
  if (!whole(env, value, &given)) return false;
  if (given <= (double)SIZE_MAX) {
    *size = (size_t)given;
    return true;
  }
  napi_throw_range_error(env, NULL, "larger than this process's address space");
  return false;
}

bool js_uint32(napi_env env, napi_value value, uint32_t *number) {
  size_t given;
  if (!js_size(env, value, &given)) return false;
  if (given <= UINT32_MAX) {
    *number = (uint32_t)given;
    return true;
  }
  napi_throw_range_error(env, NULL, "larger than 32 bits");
  return false;
}

bool js_bytes(napi_env env, napi_value value, uint8_t **bytes, size_t *length) {
  napi_typedarray_type type;
  void *data = NULL;
  if (!js_ok(env, napi_get_typedarray_info(env, value, &type, length, &data, NULL, NULL))) return false;
  if (type == napi_uint8_array) {
    *bytes = data;
    return true;
  }
  napi_throw_type_error(env, NULL, "not a Uint8Array");
  return false;
}

bool js_doubles(napi_env env, napi_value value, size_t length, double **numbers) {
  napi_typedarray_type type;
  size_t has = 0;
  void *data = NULL;
  if (!js_ok(env, napi_get_typedarray_info(env, value, &type, &has, &data, NULL, NULL))) return false;
  if (type == napi_float64_array && has >= length) {
    *numbers = data;
    return true;
  }
  napi_throw_type_error(env, NULL, "not a Float64Array of that length");
  return false;
}

void *js_external(napi_env env, napi_value value) {
  void *held = NULL;
  return js_ok(env, napi_get_value_external(env, value, &held)) ? held : NULL;
}

void *js_external_argument(napi_env env, napi_callback_info info) {
  napi_value argument;
  return js_arguments(env, info, 1, &argument) ? js_external(env, argument) : NULL;
}

napi_value js_int(napi_env env, int number) {
  napi_value result;
  return js_ok(env, napi_create_int32(env, number, &result)) ? result : NULL;
}

bool js_string(napi_env env, napi_value value, char *text, size_t capacity) {
  size_t needed, length;
  if (!js_ok(env, napi_get_value_string_utf8(env, value, NULL, 0, &needed))) return false;
  if (needed >= capacity) {
    napi_throw_range_error(env, NULL, "string too long");
    return false;
  }
  if (!js_ok(env, napi_get_value_string_utf8(env, value, text, capacity, &length))) return false;
  if (strlen(text) == length) return true;
  napi_throw_type_error(env, NULL, "string with a zero byte");
  return false;
}
