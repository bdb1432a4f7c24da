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

/* True: the access is made again, for the first time, or now that ones lie there. The lock is held. */
static bool answer_locked(int signal, uintptr_t address) {
  struct range *range = ranges_find(address);
  if (!retries_made(address, ranges_token(range))) return true;
  if (!is_ours(range, signal, address)) return false;
  /* First, so that no thread sees the ones and not the loss. */
  domain_lose(range->domain, signal == SIGBUS ? DOMAIN_GONE : DOMAIN_READ_ONLY);
  watchers_tell();
  ranges_renew(range);
  return ones_lay(range->start, range->end - range->start, address);
}

static bool answer(int signal, uintptr_t address) {
  critical_enter();
  bool answered = answer_locked(signal, address);
  critical_leave();
  return answered;
}

static void on_signal(int signal, siginfo_t *info, void *context) {
  int error = errno;
  bool raised = signal == SIGBUS ? info->si_code > 0 : info->si_code == SEGV_ACCERR;
  if (!raised || !answer(signal, (uintptr_t)info->si_addr)) chain_pass_on(signal, info, context);
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
