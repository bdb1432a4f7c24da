/* Windows: memory of JavaScript's that device pages are laid into, guarded as long as they lie there. */
#ifndef IO_MAPPING_WINDOWS_H
#define IO_MAPPING_WINDOWS_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct domain;
struct place;
struct window;

/* Takes ranges out of the handler's sight whose memory was collected, and something else lies there by now: for whoever has memory at
   [address, address + length). Returns 0; EEXIST if a window that is there still overlaps it; or ENOMEM. */
int windows_evict(napi_env env, uintptr_t address, size_t length);

/* Guards a place in `memory`, until windows_end, or until the memory is collected. Returns 0, or an errno value: EEXIST if another window
   lies there; ENOMEM. */
int windows_begin(napi_env env, struct domain *domain, napi_value memory, const struct place *place);

/* The same in memory that other threads have, too, and that outlives the thread which laid pages into it: the window is put into a list
   that ends with a lease, and keeps the memory until then. */
int windows_begin_shared(napi_env env, struct window **list, struct domain *domain, napi_value buffer,
                         const struct place *place);

/* Ends the domain's window at `address`: takes its pages out, if `clear`, and lets go of the memory. Returns enum pages_left of pages.h: if
   the pages stay, so does the window. Where there is none, it does nothing: so what was cut short can be done again. */
int windows_end(napi_env env, const struct domain *domain, uintptr_t address, bool clear);

/* Ends all of a list. */
void windows_end_all(napi_env env, struct window **list);

#endif
