#include "windows.h"

#include <errno.h>
#include <stdlib.h>

#include "pages.h"
#include "ranges.h"

struct window {
  struct range *range;
  napi_ref buffer;
  struct window *next;
};

int windows_begin(napi_env env, struct window **list, struct domain *domain, napi_value buffer, uintptr_t address,
                  size_t length) {
  struct window *window = calloc(1, sizeof *window);
  if (window == NULL) return ENOMEM;
  int error = ranges_add(address, length, domain, true, &window->range);
  if (error == 0 && napi_create_reference(env, buffer, 1, &window->buffer) != napi_ok) {
    ranges_remove(window->range);
    error = ENOMEM;
  }
  if (error != 0) {
    free(window);
    return error;
  }
  window->next = *list;
  *list = window;
  return 0;
}

/* Ends the window that `link` leads to. Returns what pages_clear does. */
static int end(napi_env env, struct window **link) {
  struct window *window = *link;
  *link = window->next;
  int error = pages_clear(window->range->start, window->range->end - window->range->start);
  ranges_remove(window->range);
  napi_delete_reference(env, window->buffer); /* failing, it leaks its few bytes */
  free(window);
  return error;
}

int windows_end(napi_env env, struct window **list, uintptr_t address) {
  struct window **link = list;
  while (*link != NULL && (*link)->range->start != address) link = &(*link)->next;
  return *link == NULL ? EINVAL : end(env, link);
}

void windows_end_all(napi_env env, struct window **list) {
  while (*list != NULL) (void)end(env, list); /* refused, the pages can't be accessed any more */
}
