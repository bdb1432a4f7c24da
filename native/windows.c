#include "windows.h"

#include <errno.h>
#include <stdlib.h>

#include "critical.h"
#include "domain.h"
#include "ones.h"
#include "pages.h"
#include "ranges.h"

struct window {
  struct range range; /* first: so a range that is of a window leads to it */
  napi_env env;
  napi_ref memory;
  struct window **link, *next; /* of a lease's list; NULL if it ends with its memory */
};

static void unlink_range(struct range *range) {
  critical_enter();
  ranges_unlink(range);
  critical_leave();
}

static void unlist(struct window *window) {
  if (window->link == NULL) return;
  *window->link = window->next;
  if (window->next != NULL) window->next->link = window->link;
}

static void release(struct window *window) {
  unlist(window);
  domain_drop(window->range.domain);
  free(window);
}

/* Its memory was collected, and V8 has unmapped it, with what was laid there. */
static void finalize(napi_env env, void *data, void *hint) {
  (void)hint;
  struct window *window = data;
  unlink_range(&window->range);
  if (window->memory != NULL) napi_delete_reference(env, window->memory); /* failing, it leaks its few bytes */
  release(window);
}

/* Lets go of its memory. Failing, it leaves a window to the finalizer, which is then still to come; or leaks a few bytes. */
static void let_go(napi_env env, struct window *window) {
  if (napi_delete_reference(env, window->memory) == napi_ok) release(window);
}

/* Takes `range` out of sight if it must be stale to a thread that has memory there: another thread's is, since memory that isn't shared
   is one thread's, and `env`'s own is if its memory is gone. */
static bool evict(napi_env env, struct range *range) {
  if (!range->may_be_stale) return false;
  struct window *window = (struct window *)range;
  napi_value memory = NULL;
  if (window->env == env && napi_get_reference_value(env, window->memory, &memory) == napi_ok && memory != NULL) return false;
  ranges_unlink(range);
  return true;
}

/* Links it, when those that are stale are out of its way. */
static int link_range(napi_env env, struct range *range) {
  struct range *other = NULL;
  int error;
  critical_enter();
  do error = ranges_link(range, &other);
  while (error == EEXIST && evict(env, other));
  critical_leave();
  return error;
}

int windows_evict(napi_env env, uintptr_t address, size_t length) {
  struct range probe = ranges_of(&(struct place){.address = address, .length = length}, NULL);
  int error = link_range(env, &probe);
  if (error == 0) unlink_range(&probe);
  return error;
}

static struct window *create(napi_env env, struct domain *domain, const struct place *place) {
  struct window *window = calloc(1, sizeof *window);
  if (window == NULL) return NULL;
  window->env = env;
  window->range = ranges_of(place, domain);
  window->range.of_window = true;
  domain_hold(domain);
  return window;
}

int windows_begin(napi_env env, struct domain *domain, napi_value memory, const struct place *place) {
  int error = ones_prepare(place->length);
  struct window *window = error == 0 ? create(env, domain, place) : NULL;
  if (window == NULL) return error != 0 ? error : ENOMEM;
  window->range.may_be_stale = true;
  if (napi_add_finalizer(env, memory, window, finalize, NULL, &window->memory) != napi_ok) {
    release(window);
    return ENOMEM;
  }
  error = link_range(env, &window->range);
  if (error != 0) let_go(env, window);
  return error;
}

int windows_begin_shared(napi_env env, struct window **list, struct domain *domain, napi_value buffer,
                         const struct place *place) {
  int error = ones_prepare(place->length);
  struct window *window = error == 0 ? create(env, domain, place) : NULL;
  if (window == NULL) return error != 0 ? error : ENOMEM;
  if (napi_create_reference(env, buffer, 1, &window->memory) != napi_ok) {
    release(window);
    return ENOMEM;
  }
  error = link_range(env, &window->range);
  if (error != 0) {
    let_go(env, window);
    return error;
  }
  window->link = list;
  window->next = *list;
  if (window->next != NULL) window->next->link = &window->next;
  *list = window;
  return 0;
}

static bool is_its_own(const struct range *range, napi_env env, const struct domain *domain, uintptr_t address) {
  return range->of_window && range->start == address && range->domain == domain && ((const struct window *)range)->env == env;
}

/* Takes its pages out, and it out of the handler's sight, at once: else a handler might lay ones where another is next. */
static enum pages_left take_out(struct range *range, bool clear) {
  enum pages_left left = clear ? pages_clear(range->start, range->end - range->start) : PAGES_ZERO;
  /* Not in containers: the next pages are laid at the same place, and would only part it again. */
  if (clear && left == PAGES_ZERO && range->in_programs) pages_rejoin(range->start, range->end - range->start);
  if (left != PAGES_STAY) ranges_unlink(range);
  return left;
}

int windows_end(napi_env env, const struct domain *domain, uintptr_t address, bool clear) {
  enum pages_left left = PAGES_ZERO;
  critical_enter();
  struct range *range = ranges_find(address);
  if (range != NULL && !is_its_own(range, env, domain, address)) range = NULL;
  if (range != NULL) left = take_out(range, clear);
  critical_leave();
  if (range != NULL && left != PAGES_STAY) let_go(env, (struct window *)range);
  return left;
}

void windows_end_all(napi_env env, struct window **list) {
  while (*list != NULL) {
    struct window *window = *list;
    critical_enter();
    if (window->range.linked) (void)take_out(&window->range, true);
    ranges_unlink(&window->range); /* refused, the pages stay as long as the memory: there is no one left to tell */
    critical_leave();
    unlist(window);
    window->link = NULL;
    let_go(env, window);
  }
}
