#include "ioctls.h"

#include <string.h>

#include "environment.h"
#include "ioctl.h"
#include "js.h"

/* Whom to ask, and what. */
struct question {
  uint32_t fd, request;
};

static bool question(napi_env env, const napi_value *arguments, struct question *asked) {
  return js_uint32(env, arguments[0], &asked->fd) && js_uint32(env, arguments[1], &asked->request);
}

static napi_value answer(napi_env env, int error, int result) {
  return js_int(env, error == 0 ? result : -error);
}

/* ioctlWord(fd, request, word): its answer, or -errno */
napi_value ioctls_word(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  struct question asked;
  uint32_t word;
  int result = 0;
  if (!js_arguments(env, info, 3, arguments) || !question(env, arguments, &asked) || !js_uint32(env, arguments[2], &word)) return NULL;
  int error = ioctl_word((int)asked.fd, asked.request, word, &result);
  return answer(env, error, result);
}

/* ioctl(fd, request, record: Uint8Array): its answer, or -errno */
napi_value ioctls_record(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  struct question asked;
  uint8_t *record;
  size_t length;
  int result = 0;
  if (!js_arguments(env, info, 3, arguments) || !question(env, arguments, &asked) || !js_bytes(env, arguments[2], &record, &length))
    return NULL;
  int error = ioctl_record((int)asked.fd, asked.request, record, &result);
  return answer(env, error, result);
}

/* ioctlOpen(owner: object, fd, request, record: Uint8Array): the descriptor that it opens, or -errno; it is closed when its owner is
   collected */
napi_value ioctls_open(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  struct question asked;
  uint8_t *record;
  size_t length;
  int opened = -1;
  if (!js_arguments(env, info, 4, arguments) || !question(env, arguments + 1, &asked) || !js_bytes(env, arguments[3], &record, &length))
    return NULL;
  int error = ioctl_record((int)asked.fd, asked.request, record, &opened);
  return environment_own(env, arguments[0], error, opened);
}

/* Whether an address fits into a record at `field`; throws if not. */
static bool has_field(napi_env env, size_t length, size_t field) {
  if (length >= sizeof(uint64_t) && field <= length - sizeof(uint64_t)) return true;
  napi_throw_range_error(env, NULL, "no field of 64 bits in the record");
  return false;
}

/* ioctlPointing(fd, request, record: Uint8Array, field, target: Uint8Array): its answer, or -errno — the record holds the target's address
   at byte `field` meanwhile */
napi_value ioctls_pointing(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  struct question asked;
  uint8_t *record, *target;
  size_t length, target_length, field;
  int result = 0;
  if (!js_arguments(env, info, 5, arguments) || !question(env, arguments, &asked) || !js_bytes(env, arguments[2], &record, &length) ||
      !js_size(env, arguments[3], &field) || !js_bytes(env, arguments[4], &target, &target_length) || !has_field(env, length, field)) {
    return NULL;
  }
  const uint64_t address = (uintptr_t)target;
  memcpy(record + field, &address, sizeof address);
  int error = ioctl_record((int)asked.fd, asked.request, record, &result);
  return answer(env, error, result);
}

/* ioctlPages(fd, request, record: Uint8Array, field, source, offset, length, writable: 0 | 1): its answer, or -errno; ioctl.h */
napi_value ioctls_pages(napi_env env, napi_callback_info info) {
  napi_value arguments[8];
  struct question asked;
  uint8_t *record;
  size_t record_length, field, length;
  uint32_t source, writable;
  int64_t offset;
  int result = 0;
  if (!js_arguments(env, info, 8, arguments) || !question(env, arguments, &asked) || !js_bytes(env, arguments[2], &record, &record_length) ||
      !js_size(env, arguments[3], &field) || !js_uint32(env, arguments[4], &source) || !js_int64(env, arguments[5], &offset) ||
      !js_size(env, arguments[6], &length) || !js_uint32(env, arguments[7], &writable) || !has_field(env, record_length, field)) {
    return NULL;
  }
  const struct file_range range = {.fd = (int)source, .offset = offset, .length = length, .writable = writable != 0};
  int error = ioctl_pages((int)asked.fd, asked.request, record, field, &range, &result);
  return answer(env, error, result);
}
