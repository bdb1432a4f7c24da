/* Calls of the addon that fail when a test says so. The linker turns each call of NAME into one of __wrap_NAME
   (-Wl,--wrap=NAME), so that the addon's sources know nothing of it. A line is a function: these are the macros. */
#ifndef IO_MAPPING_INJECT_H
#define IO_MAPPING_INJECT_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>

enum inject_kind { INJECT_SYSTEM = 1, INJECT_ALLOCATION, INJECT_NODE_API };

/* Counts a call; whether it is one that must fail. In signal handlers, too. */
bool inject_fails(enum inject_kind kind, const char *name);

/* So many blocks more or fewer belong to the addon. */
void inject_count_blocks(int change);

/* Declared by the header's own declaration of `name`: a wrapper of another type doesn't compile. */
#define INJECT_DECLARE(name) __typeof__(name) __real_##name, __wrap_##name;

/* A system call that answers `failed` and sets errno. */
#define SYSTEM_CALL(type, name, failed, error, parameters, arguments) \
  INJECT_DECLARE(name)                                                \
  type __wrap_##name parameters {                                     \
    if (!inject_fails(INJECT_SYSTEM, #name)) return __real_##name arguments; \
    errno = error;                                                    \
    return failed;                                                    \
  }

/* The same, for one whose argument after `last` may be left out. */
#define SYSTEM_CALL_OPTIONAL(name, error, parameters, last, arguments) \
  INJECT_DECLARE(name)                                                 \
  int __wrap_##name parameters {                                       \
    va_list list;                                                      \
    va_start(list, last);                                              \
    unsigned long optional = va_arg(list, unsigned long);              \
    va_end(list);                                                      \
    if (!inject_fails(INJECT_SYSTEM, #name)) return __real_##name arguments; \
    errno = error;                                                     \
    return -1;                                                         \
  }

/* One of pthread's, which answer the error itself. */
#define PTHREAD_CALL(name, error, parameters, arguments)                 \
  INJECT_DECLARE(name)                                                   \
  int __wrap_##name parameters {                                         \
    return inject_fails(INJECT_SYSTEM, #name) ? error : __real_##name arguments; \
  }

/* One of libuv's, which answer the error below zero. */
#define UV_CALL(name, error, parameters, arguments)                      \
  INJECT_DECLARE(name)                                                   \
  int __wrap_##name parameters {                                         \
    return inject_fails(INJECT_SYSTEM, #name) ? -error : __real_##name arguments; \
  }

/* Failing, it leaves what its last parameters point to as it is. */
#define NODE_API(name, parameters, arguments)                                                     \
  INJECT_DECLARE(name)                                                                            \
  napi_status __wrap_##name parameters {                                                          \
    return inject_fails(INJECT_NODE_API, #name) ? napi_generic_failure : __real_##name arguments; \
  }

#endif
