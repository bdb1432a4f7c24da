/* Windows in memory that other threads have, too: device pages that a lease has laid into a shared WebAssembly.Memory. Such memory
   outlives the thread that laid them, so they end with the lease. */
#ifndef IO_MAPPING_WINDOWS_H
#define IO_MAPPING_WINDOWS_H

#include <node_api.h>
#include <stddef.h>
#include <stdint.h>

struct domain;
struct window;

/* Guards [address, address + length) of `buffer`, which is kept until the window's end. Stores the first window of the list that
   it is put into. Returns 0, or an errno value: EEXIST if another window lies there; ENOMEM. */
int windows_begin(napi_env env, struct window **list, struct domain *domain, napi_value buffer, uintptr_t address,
                  size_t length);

/* Takes the pages of the window at `address` out, and what it kept. Returns 0, or an errno value: EINVAL if there is none,
   another if zeros could not be laid there. */
int windows_end(napi_env env, struct window **list, uintptr_t address);

/* The same for all of them. */
void windows_end_all(napi_env env, struct window **list);

#endif
