#include "handler.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "chain.h"
#include "critical.h"
#include "domain.h"
#include "misaligned.h"
#include "ones.h"
#include "ranges.h"
#include "retries.h"
#include "room.h"
#include "thread.h"
#include "vma.h"
#include "watchers.h"

/* A store is a fault only where something is laid read-only; nothing that is laid refuses to be read. */
static bool is_ours(const struct range *range, int signal, uintptr_t address) {
  if (range == NULL || (signal == SIGSEGV && !range->read_only)) return false;
  return !range->may_be_stale || vma_may_be_ours(address);
}

static enum domain_cause cause_of(int signal, const siginfo_t *info) {
  if (signal == SIGSEGV) return DOMAIN_READ_ONLY;
  return info->si_code == BUS_ADRALN ? DOMAIN_MISALIGNED : DOMAIN_GONE;
}

/* True: the access is made again, for the first time, or now that ones lie there; or it was left out. The lock is held. */
static bool answer_locked(int signal, const siginfo_t *info, void *context) {
  uintptr_t address = (uintptr_t)info->si_addr;
  enum domain_cause cause = cause_of(signal, info);
  struct range *range = ranges_find(address);
  if (!retries_made(address, ranges_token(range))) return true;
  if (!is_ours(range, signal, address)) return false;
  /* First, so that no thread sees the ones and not the loss. */
  bool is_left_out = cause == DOMAIN_MISALIGNED && misaligned_skip(context);
  if (is_left_out) domain_misalign(range->domain);
  else domain_lose(range->domain, cause);
  watchers_tell();
  if (is_left_out) return true;
  ranges_renew(range);
  return ones_lay(range->start, range->end - range->start, address);
}

static bool answer(int signal, const siginfo_t *info, void *context) {
  critical_enter();
  bool answered = answer_locked(signal, info, context);
  critical_leave();
  return answered;
}

static void on_signal(int signal, siginfo_t *info, void *context) {
  int error = errno;
  bool raised = signal == SIGBUS ? info->si_code > 0 : info->si_code == SEGV_ACCERR;
  if (!raised || !answer(signal, info, context)) chain_pass_on(signal, info, context);
  errno = error;
}

int handler_prepare(void) {
  critical_enter();
  vma_open();
  room_keep();
  critical_leave();
  return ones_prepare(0);
}

static atomic_int kept;

int handler_keep(void) {
  atomic_store(&kept, 1);
  return chain_install(on_signal);
}

static void *watch(void *unused) {
  const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
  while (!atomic_load(&kept)) {
    (void)nanosleep(&pause, NULL);  /* nothing wakes it sooner: signals are blocked */
    (void)chain_install(on_signal); /* can't fail: it did not before */
  }
  return unused;
}

int handler_watch(void) {
  static atomic_int watched;
  pthread_t thread;
  int installed = chain_install(on_signal);
  if (installed != 0) return installed;
  if (atomic_load(&kept) || atomic_exchange(&watched, 1)) return 0;
  int error = thread_start(&thread, watch, NULL);
  if (error == 0) error = pthread_detach(thread);
  if (error != 0) atomic_store(&watched, 0);
  return error;
}
