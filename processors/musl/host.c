/* Stands in for a Node that is linked with musl, of which there is no package: it loads the addon as such a Node would, each of its
   names bound at once, and has it work: on a file of so many GiB, and on one that is truncated under an access.
   Of Node-API it has what the addon calls for that; a value is a struct value.  host ADDON GIBIBYTES */
#include <dlfcn.h>
#include <errno.h>
#include <node_api.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "start.h"

enum { ELEMENTS = 8, FUNCTIONS = 64 };

struct value {
  double number;
  const char *text;
  uint8_t *bytes;
  double *numbers;
  size_t length;
  void *external;
  struct value *elements[ELEMENTS];
};

struct call {
  size_t count;
  struct value **arguments;
};

static napi_property_descriptor functions[FUNCTIONS];
static size_t function_count;
static void *instance;

static napi_value js(struct value *value) { return (napi_value)value; }
static struct value *c(napi_value value) { return (struct value *)value; }

static _Noreturn void fail(const char *what, const char *why) {
  printf("%s: %s\n", what, why);
  exit(1);
}

static struct value *made(void) {
  struct value *value = calloc(1, sizeof *value);
  if (value == NULL) fail("calloc", "no memory");
  return value;
}

static struct value *number(double n) {
  struct value *value = made();
  value->number = n;
  return value;
}

/* What a test that goes well calls. */

napi_status napi_define_properties(napi_env env, napi_value exports, size_t count, const napi_property_descriptor *list) {
  (void)env, (void)exports;
  if (count > FUNCTIONS) fail("napi_define_properties", "too many");
  memcpy(functions, list, count * sizeof *list);
  function_count = count;
  return napi_ok;
}
napi_status napi_set_instance_data(napi_env env, void *data, napi_finalize end, void *hint) {
  (void)env, (void)end, (void)hint;
  instance = data;
  return napi_ok;
}
napi_status napi_get_instance_data(napi_env env, void **data) {
  (void)env;
  *data = instance;
  return napi_ok;
}
napi_status napi_get_cb_info(napi_env env, napi_callback_info info, size_t *count, napi_value *arguments, napi_value *self, void **data) {
  (void)env, (void)self, (void)data;
  const struct call *call = (const struct call *)info;
  for (size_t i = 0; i < *count && i < call->count; i++) arguments[i] = js(call->arguments[i]);
  *count = call->count;
  return napi_ok;
}
napi_status napi_create_double(napi_env env, double n, napi_value *result) {
  (void)env;
  *result = js(number(n));
  return napi_ok;
}
napi_status napi_create_int32(napi_env env, int32_t n, napi_value *result) { return napi_create_double(env, n, result); }
napi_status napi_get_boolean(napi_env env, bool truth, napi_value *result) { return napi_create_double(env, truth, result); }
napi_status napi_get_value_double(napi_env env, napi_value value, double *result) {
  (void)env;
  *result = c(value)->number;
  return napi_ok;
}
napi_status napi_get_value_string_utf8(napi_env env, napi_value value, char *text, size_t size, size_t *length) {
  (void)env;
  *length = strlen(c(value)->text);
  if (text != NULL) snprintf(text, size, "%s", c(value)->text);
  return napi_ok;
}
napi_status napi_get_typedarray_info(napi_env env, napi_value value, napi_typedarray_type *type, size_t *length, void **data, napi_value *buffer,
                                     size_t *offset) {
  (void)env, (void)buffer, (void)offset;
  double *numbers = c(value)->numbers;
  *type = numbers != NULL ? napi_float64_array : napi_uint8_array;
  *length = c(value)->length;
  *data = numbers != NULL ? (void *)numbers : c(value)->bytes;
  return napi_ok;
}
napi_status napi_create_array_with_length(napi_env env, size_t length, napi_value *result) {
  (void)env, (void)length;
  *result = js(made());
  return napi_ok;
}
napi_status napi_set_element(napi_env env, napi_value array, uint32_t index, napi_value value) {
  (void)env;
  c(array)->elements[index] = c(value);
  return napi_ok;
}
napi_status napi_create_external(napi_env env, void *data, napi_finalize end, void *hint, napi_value *result) {
  (void)env, (void)end, (void)hint;
  struct value *value = made();
  value->external = data;
  *result = js(value);
  return napi_ok;
}
napi_status napi_get_value_external(napi_env env, napi_value value, void **result) {
  (void)env;
  *result = c(value)->external;
  return napi_ok;
}
/* A reference is the value: nothing is ever collected. */
napi_status napi_create_reference(napi_env env, napi_value value, uint32_t count, napi_ref *result) {
  (void)env, (void)count;
  *result = (napi_ref)value;
  return napi_ok;
}
napi_status napi_get_reference_value(napi_env env, napi_ref reference, napi_value *result) {
  (void)env;
  *result = (napi_value)reference;
  return napi_ok;
}
napi_status napi_delete_reference(napi_env env, napi_ref reference) {
  (void)env, (void)reference;
  return napi_ok;
}
napi_status napi_strict_equals(napi_env env, napi_value a, napi_value b, bool *result) {
  (void)env;
  *result = a == b;
  return napi_ok;
}
napi_status napi_adjust_external_memory(napi_env env, int64_t change, int64_t *result) {
  (void)env;
  *result = change;
  return napi_ok;
}
napi_status napi_add_finalizer(napi_env env, napi_value value, void *data, napi_finalize end, void *hint, napi_ref *result) {
  (void)env, (void)value, (void)data, (void)end, (void)hint, (void)result;
  return napi_ok;
}
napi_status napi_add_env_cleanup_hook(napi_env env, void (*hook)(void *), void *data) {
  (void)env, (void)hook, (void)data;
  return napi_ok;
}
napi_status napi_throw_error(napi_env env, const char *code, const char *message) {
  (void)env, (void)code;
  fail("it threw", message);
}
napi_status napi_throw_type_error(napi_env env, const char *code, const char *message) { return napi_throw_error(env, code, message); }
napi_status napi_throw_range_error(napi_env env, const char *code, const char *message) { return napi_throw_error(env, code, message); }

/* The others are there to be bound, and not called: as the linker wants no types, they need none. */
#define NOT_CALLED(name) \
  void not_called_##name(void) __asm__(#name); \
  void not_called_##name(void) { fail(#name, "is not to be called here"); }

NOT_CALLED(napi_add_async_cleanup_hook)
NOT_CALLED(napi_call_function)
NOT_CALLED(napi_call_threadsafe_function)
NOT_CALLED(napi_close_handle_scope)
NOT_CALLED(napi_create_async_work)
NOT_CALLED(napi_create_string_utf8)
NOT_CALLED(napi_create_threadsafe_function)
NOT_CALLED(napi_delete_async_work)
NOT_CALLED(napi_fatal_exception)
NOT_CALLED(napi_get_and_clear_last_exception)
NOT_CALLED(napi_get_element)
NOT_CALLED(napi_get_global)
NOT_CALLED(napi_get_last_error_info)
NOT_CALLED(napi_get_undefined)
NOT_CALLED(napi_get_uv_event_loop)
NOT_CALLED(napi_is_exception_pending)
NOT_CALLED(napi_make_callback)
NOT_CALLED(napi_open_handle_scope)
NOT_CALLED(napi_queue_async_work)
NOT_CALLED(napi_reference_ref)
NOT_CALLED(napi_reference_unref)
NOT_CALLED(napi_release_threadsafe_function)
NOT_CALLED(napi_remove_async_cleanup_hook)
NOT_CALLED(napi_remove_env_cleanup_hook)
NOT_CALLED(napi_unref_threadsafe_function)
NOT_CALLED(uv_close)
NOT_CALLED(uv_handle_get_data)
NOT_CALLED(uv_handle_set_data)
NOT_CALLED(uv_handle_size)
NOT_CALLED(uv_poll_init)
NOT_CALLED(uv_poll_start)
NOT_CALLED(uv_poll_stop)
NOT_CALLED(uv_ref)
NOT_CALLED(uv_unref)

static struct value *invoke(const char *name, size_t count, struct value **arguments) {
  struct call call = {.count = count, .arguments = arguments};
  for (size_t i = 0; i < function_count; i++) {
    if (strcmp(functions[i].utf8name, name) == 0) return c(functions[i].method(NULL, (napi_callback_info)&call));
  }
  fail(name, "the addon has no such function");
}

#define CALL(name, ...)                                                             \
  invoke(name, sizeof((struct value *[]){__VA_ARGS__}) / sizeof(struct value *), (struct value *[]){__VA_ARGS__})

static void expect(const char *what, double seen, double wanted) {
  if (seen == wanted) return;
  printf("%s: %.0f, not %.0f\n", what, seen, wanted);
  exit(1);
}

/* At the end of a memory so large that its offset doesn't fit 31 or 32 bits. */
static void far_away(struct value *owner, uint8_t *pages, size_t page, double size) {
  const double offset = size - (double)page;
  struct value *fd = CALL("createMemory", owner, number(size));
  if (fd->number < 0) fail("createMemory", strerror(-(int)fd->number));
  struct value *facts = CALL("fileFacts", fd);
  expect("the memory's size", facts->elements[1]->number, size);
  expect("what it can be mapped in", facts->elements[3]->number, (double)page);
  expect("lay", CALL("lay", number((double)(uintptr_t)pages), number((double)page), fd, number(offset), number(1))->number, 0);
  struct value bytes = {.bytes = (uint8_t *)"seen at its place", .length = 16};
  (void)CALL("copyToDevice", number((double)(uintptr_t)pages), &bytes, number(16), number(4));
  char seen[16] = "";
  expect("pread", (double)pread((int)fd->number, seen, 16, (off_t)offset), 16);
  if (memcmp(seen, bytes.bytes, 16) != 0) fail("what was written", "is not there");
  expect("clear", CALL("clear", number((double)(uintptr_t)pages), number((double)page))->number, 0);
  expect("what lies there now", pages[0], 0);
}

/* Under an access, in a process whose handlers are musl's business. */
static void gone(struct value *owner, uint8_t *pages, size_t page) {
  char path[] = "/tmp/gone-XXXXXX";
  int file = mkstemp(path);
  if (file < 0 || ftruncate(file, (off_t)page) != 0) fail(path, "can't be made");
  struct value *lease = CALL("createLease");
  struct value *at = number((double)(uintptr_t)pages), *length = number((double)page);
  expect("watchHandler", CALL("watchHandler")->number, 0);
  expect("guard", CALL("guard", lease, owner, at, length, number(0), number(0))->number, 0);
  struct value text = {.text = path};
  struct value *fd = CALL("open", owner, &text, number(2));
  if (fd->number < 0) fail("open", strerror(-(int)fd->number));
  expect("lay", CALL("lay", at, length, fd, number(0), number(1))->number, 0);
  const volatile uint32_t *word = (const volatile uint32_t *)pages;
  expect("a file's zeros", *word, 0);
  if (ftruncate(file, 0) != 0) fail("ftruncate", "failed");
  expect("a page that is gone", *word, UINT32_MAX);
  expect("faults", CALL("faults", lease)->number, 1);
  (void)unlink(path);
}

/* musl's own eventfd, and its ioctl, whose request is an int. */
static void counted(struct value *owner) {
  struct value *fd = CALL("createCount", owner), *width = number(8);
  if (fd->number < 0) fail("createCount", strerror(-(int)fd->number));
  double counts[] = {0, 0};
  struct value tally = {.numbers = counts, .length = sizeof counts / sizeof counts[0]};
  expect("a count of nothing", CALL("takeCount", fd, width, &tally)->number, EAGAIN);
  const uint64_t came = 5;
  if (write((int)fd->number, &came, sizeof came) != (ssize_t)sizeof came) fail("write", "failed");
  expect("a count", CALL("takeCount", fd, width, &tally)->number, 0);
  expect("what came", counts[0], 5);
  struct value *memory = CALL("createMemory", owner, number(4096));
  int32_t left = 0;
  struct value record = {.bytes = (uint8_t *)&left, .length = sizeof left};
  expect("FIONREAD", CALL("ioctl", memory, number(FIONREAD), &record)->number, 0);
  expect("what is left to be read", left, 4096);
}

int main(int count, char **arguments) {
  if (count != 3) fail("host", "which addon, and how many GiB?");
  void *addon = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (addon == NULL) fail("dlopen", dlerror());
  napi_value (*begin)(napi_env, napi_value) = (napi_value(*)(napi_env, napi_value))dlsym(addon, "napi_register_module_v1");
  if (begin == NULL) fail("dlsym", dlerror());
  struct value *owner = made();
  if (begin(NULL, js(made())) == NULL) fail("the addon", "did not begin");
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  expect("pageSize", CALL("pageSize")->number, (double)page);
  uint8_t *pages = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) fail("mmap", "failed");
  far_away(owner, pages, page, atof(arguments[2]) * 1024 * 1024 * 1024);
  gone(owner, pages, page);
  counted(owner);
  printf("%zu functions\n", function_count);
  return 0;
}
