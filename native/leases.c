#include "leases.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "critical.h"
#include "domain.h"
#include "environment.h"
#include "js.h"
#include "ones.h"
#include "ranges.h"
#include "windows.h"

struct lease {
  struct domain *domain;
  struct window *windows;
  napi_ref pages; /* the buffer that all leases of the domain lay their pages into, as long as this one runs */
  bool ended;
};

/* Of what holds them, too: the memory that the last lease's end clears has to be there until then. */
static void end(napi_env env, struct lease *lease) {
  if (lease->ended) return;
  lease->ended = true;
  windows_end_all(env, &lease->windows);
  domain_end_lease(lease->domain);
  if (lease->pages != NULL) napi_delete_reference(env, lease->pages); /* failing, it leaks its few bytes */
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)hint;
  struct lease *lease = data;
  end(env, lease);
  domain_drop(lease->domain);
  free(lease);
}

/* Takes over a holder and a lease of `domain`. */
static napi_value begin(napi_env env, struct domain *domain) {
  napi_value result;
  struct lease *lease = calloc(1, sizeof *lease);
  if (lease != NULL) {
    lease->domain = domain;
    if (js_ok(env, napi_create_external(env, lease, finalize, NULL, &result))) return result;
    free(lease);
  } else {
    napi_throw_error(env, NULL, "out of memory");
  }
  domain_end_lease(domain);
  domain_drop(domain);
  return NULL;
}

/* createLease(): Lease — of a new domain; ended when it is collected, if not before */
napi_value leases_create(napi_env env, napi_callback_info info) {
  (void)info;
  struct domain *domain = domain_create();
  if (domain != NULL) return begin(env, domain);
  napi_throw_error(env, NULL, "out of memory");
  return NULL;
}

/* endLease(lease): void — with the domain's last one, what they share ends */
napi_value leases_end(napi_env env, napi_callback_info info) {
  struct lease *lease = js_external_argument(env, info);
  if (lease != NULL) end(env, lease);
  return NULL;
}

/* faults(lease): number — how often the domain's memory was lost */
napi_value leases_faults(napi_env env, napi_callback_info info) {
  struct lease *lease = js_external_argument(env, info);
  return lease == NULL ? NULL : js_int(env, (int)domain_faults(lease->domain));
}

/* cause(lease): number — enum domain_cause */
napi_value leases_cause(napi_env env, napi_callback_info info) {
  struct lease *lease = js_external_argument(env, info);
  return lease == NULL ? NULL : js_int(env, (int)domain_cause(lease->domain));
}

/* misaligned(lease): number — how many accesses to the domain's memory were left out, since they were not aligned */
napi_value leases_misaligned(napi_env env, napi_callback_info info) {
  struct lease *lease = js_external_argument(env, info);
  return lease == NULL ? NULL : js_int(env, (int)domain_misaligned(lease->domain));
}

/* share(lease, fd, text): number — the number that other threads attach by, or -errno */
napi_value leases_share(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  uint32_t fd, id;
  char text[16 * 1024];
  if (!js_arguments(env, info, 3, arguments)) return NULL;
  struct lease *lease = js_external(env, arguments[0]);
  if (lease == NULL || !js_uint32(env, arguments[1], &fd) || !js_string(env, arguments[2], text, sizeof text)) return NULL;
  int error = domain_share(lease->domain, (int)fd, text, &id);
  return js_int(env, error != 0 ? -error : (int)id);
}

/* attach(id): Lease | undefined — of the domain that is shared under this number; none: its last lease has ended */
napi_value leases_attach(napi_env env, napi_callback_info info) {
  napi_value argument;
  uint32_t id;
  if (!js_arguments(env, info, 1, &argument) || !js_uint32(env, argument, &id)) return NULL;
  struct domain *domain = domain_lease(id);
  return domain == NULL ? NULL : begin(env, domain);
}

/* sharedText(lease): string — as `share` was given it */
napi_value leases_text(napi_env env, napi_callback_info info) {
  napi_value result;
  struct lease *lease = js_external_argument(env, info);
  if (lease == NULL) return NULL;
  const char *text = domain_text(lease->domain);
  return js_ok(env, napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &result)) ? result : NULL;
}

/* sharedDescriptor(owner: object, lease): a copy of the descriptor that `share` was given, or -errno; closed when its owner is collected */
napi_value leases_descriptor(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int fd = -1;
  if (!js_arguments(env, info, 2, arguments)) return NULL;
  struct lease *lease = js_external(env, arguments[1]);
  if (lease == NULL) return NULL;
  int error = domain_copy_fd(lease->domain, &fd);
  return environment_own(env, arguments[0], error, fd);
}

/* What guard and holdPages are given: (lease, memory: object, address, length, readOnly: 0 | 1 ...) */
static struct lease *place_arguments(napi_env env, const napi_value *arguments, struct place *place) {
  uint32_t read_only;
  struct lease *lease = js_external(env, arguments[0]);
  if (lease == NULL || !js_size(env, arguments[2], &place->address) || !js_size(env, arguments[3], &place->length) ||
      !js_uint32(env, arguments[4], &read_only)) {
    return NULL;
  }
  place->read_only = read_only != 0;
  place->in_programs = true;
  return lease;
}

static int hold_pages(napi_env env, struct lease *lease, napi_value buffer, const struct place *place) {
  /* First the reference: a domain that named pages which nothing holds would clear another's. */
  if (napi_create_reference(env, buffer, 1, &lease->pages) != napi_ok) return ENOMEM;
  int error = ones_prepare(place->length);
  if (error == 0) error = domain_hold_pages(lease->domain, place);
  if (error == EEXIST && windows_evict(env, place->address, place->length) == 0) error = domain_hold_pages(lease->domain, place);
  return error;
}

/* holdPages(lease, buffer: object, address, length, readOnly: 0 | 1): errno, or 0 — all leases of the domain lay their pages into this
   buffer, which is guarded, and which the last one's end clears; EINVAL if another's is another one */
napi_value leases_hold_pages(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  struct place place;
  if (!js_arguments(env, info, 5, arguments)) return NULL;
  struct lease *lease = place_arguments(env, arguments, &place);
  return lease == NULL ? NULL : js_int(env, hold_pages(env, lease, arguments[1], &place));
}

/* Whose memory pages are laid into. */
enum owner {
  OWNER_CONTAINER = 0, /* the library's */
  OWNER_PROGRAM = 1,   /* a program's */
  OWNER_THREADS = 2    /* a program's, which other threads have, too */
};

/* guard(lease, memory: object, address, length, readOnly: 0 | 1, owner): errno, or 0 — from here on the handler answers for this range, into
   which device pages are then laid; until unguard, or until the memory is collected. Memory that other threads have, too, is kept, and
   the range ends with the lease. EEXIST: there are some already */
napi_value leases_guard(napi_env env, napi_callback_info info) {
  napi_value arguments[6];
  struct place place;
  uint32_t owner;
  if (!js_arguments(env, info, 6, arguments)) return NULL;
  struct lease *lease = place_arguments(env, arguments, &place);
  if (lease == NULL || !js_uint32(env, arguments[5], &owner)) return NULL;
  place.in_programs = owner != OWNER_CONTAINER;
  int error = owner == OWNER_THREADS
                  ? windows_begin_shared(env, &lease->windows, lease->domain, arguments[1], &place)
                  : windows_begin(env, lease->domain, arguments[1], &place);
  return js_int(env, error);
}

/* unguard(lease, address, clear: 0 | 1): enum pages_left — takes the pages out, if they are to be cleared, and ends the guard, unless they
   stay. Without a guard there, it does nothing */
napi_value leases_unguard(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t address;
  uint32_t clear;
  if (!js_arguments(env, info, 3, arguments)) return NULL;
  struct lease *lease = js_external(env, arguments[0]);
  if (lease == NULL || !js_size(env, arguments[1], &address) || !js_uint32(env, arguments[2], &clear)) return NULL;
  return js_int(env, windows_end(env, lease->domain, address, clear != 0));
}

/* isGuarded(bytes: Uint8Array): boolean — whether some of them are device pages, whichever thread has laid them */
napi_value leases_is_guarded(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  uint8_t *bytes;
  size_t length;
  if (!js_arguments(env, info, 1, &argument) || !js_bytes(env, argument, &bytes, &length)) return NULL;
  const struct place place = {.address = (uintptr_t)bytes, .length = length};
  critical_enter();
  bool is_guarded = ranges_overlap(&place);
  critical_leave();
  return js_ok(env, napi_get_boolean(env, is_guarded, &result)) ? result : NULL;
}
