#include "handler.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "domain.h"
#include "ones.h"
#include "ranges.h"
#include "vma.h"
#include "watchers.h"

/* How many threads are in the handler. */
static atomic_uint busy;

void handler_quiesce(void) {
  while (atomic_load(&busy) != 0) sched_yield();
}

/* Who else handles a signal. They are two, since they may be two: V8's handler mends the faults of WebAssembly, and
   a process.on('SIGSEGV') that came after it is for those that another process sends. */
struct others {
  struct sigaction sent;   /* for what a process sends */
  struct sigaction faults; /* for what the processor raises */
};

/* The handler reads the one that `current` is at; the other one is written. */
struct chain {
  int signal;
  struct others others[2];
  atomic_uint current;
  bool installed;
};

static struct chain chains[] = {{.signal = SIGBUS}, {.signal = SIGSEGV}};
enum { CHAINS = sizeof chains / sizeof chains[0] };

static struct others *others_of(struct chain *chain) {
  return &chain->others[atomic_load(&chain->current)];
}

enum verdict { OURS, MENDED, ANOTHERS };

/* Asks the kernel what the access went to. A range can outlive its memory, when the collector has unmapped it and has not
   told yet: only a mapping of a file or device is what we laid. Where memory lies by now that the access may be made
   to, another thread has freed the mapping, or answered the same fault, since the access was made. */
static enum verdict judge(uintptr_t address, int signal, int code) {
  struct vma vma;
  if (!vma_find(address, &vma)) return OURS; /* no /proc: the range is what we know */
  bool is_store = signal == SIGSEGV; /* nothing that we lay refuses to be read */
  bool is_mended = is_store ? vma.readable && vma.writable : vma.readable && !vma.of_file && code == BUS_ADRERR;
  if (is_mended) return MENDED;
  return vma.of_file && vma.readable ? OURS : ANOTHERS;
}

static bool answer(int signal, const siginfo_t *info) {
  uintptr_t address = (uintptr_t)info->si_addr;
  struct range *range = ranges_find(address);
  enum verdict verdict = range == NULL ? ANOTHERS : judge(address, signal, info->si_code);
  if (verdict != OURS) return verdict == MENDED; /* the access is made again */
  /* First, so that no thread sees the ones and not the loss. */
  domain_lose(range->domain, signal == SIGBUS ? DOMAIN_GONE : DOMAIN_READ_ONLY);
  watchers_tell();
  return ones_lay(range->start, range->end - range->start, address);
}

/* For a signal that is not ours. Default: the process ends by it, as it would without us. */
static void end_by(int signal) {
  const struct sigaction by_default = {.sa_handler = SIG_DFL};
  (void)sigaction(signal, &by_default, NULL); /* can't fail: the signal is a valid one */
}

static void pass_on(int signal, siginfo_t *info, void *context) {
  struct others *others = others_of(signal == SIGBUS ? &chains[0] : &chains[1]);
  bool is_fault = info->si_code > 0;
  const struct sigaction *other = is_fault ? &others->faults : &others->sent;
  if (other->sa_flags & SA_SIGINFO) {
    other->sa_sigaction(signal, info, context);
  } else if (is_fault || other->sa_handler == SIG_DFL) {
    /* A handler that isn't told the address can't mend the fault. Returning, it would be called for ever: that is how
       process.on('SIGBUS') hangs. The access is made again now, and ends the process. */
    end_by(signal);
    if (!is_fault) (void)raise(signal);
  } else if (other->sa_handler != SIG_IGN) {
    other->sa_handler(signal);
  }
}

static void on_signal(int signal, siginfo_t *info, void *context) {
  int error = errno;
  atomic_fetch_add(&busy, 1);
  bool raised = signal == SIGBUS ? info->si_code > 0 : info->si_code == SEGV_ACCERR;
  bool answered = raised && answer(signal, info);
  atomic_fetch_sub(&busy, 1);
  if (!answered) pass_on(signal, info, context);
  errno = error;
}

static int install(struct chain *chain) {
  struct sigaction found;
  if (sigaction(chain->signal, NULL, &found) != 0) return errno;
  bool knows_faults = found.sa_flags & SA_SIGINFO;
  if (knows_faults && found.sa_sigaction == on_signal) return 0;
  struct others others = *others_of(chain);
  /* One that came after us asks us in its turn, as we ask those before us: to go over it again would be a circle. libuv's,
     of a process.on, does not; nor does one that was here before us and has been put over libuv's again. */
  bool came_after = chain->installed && found.sa_sigaction != others.faults.sa_sigaction;
  if (knows_faults && came_after) return 0;

  others.sent = found;
  if (knows_faults) others.faults = found;
  unsigned next = 1 - atomic_load(&chain->current);
  chain->others[next] = others;
  atomic_store(&chain->current, next);

  struct sigaction ours = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  sigemptyset(&ours.sa_mask);
  if (sigaction(chain->signal, &ours, NULL) != 0) return errno;
  chain->installed = true;
  return 0;
}

static int install_all(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  int error = 0;
  pthread_mutex_lock(&mutex);
  for (size_t i = 0; i < CHAINS && error == 0; i++) error = install(&chains[i]);
  pthread_mutex_unlock(&mutex);
  return error;
}

void handler_unblock(void) {
  sigset_t faults;
  sigemptyset(&faults);
  for (size_t i = 0; i < CHAINS; i++) sigaddset(&faults, chains[i].signal);
  (void)pthread_sigmask(SIG_UNBLOCK, &faults, NULL); /* can't fail: the arguments are valid */
}

static atomic_bool kept;

int handler_keep(void) {
  atomic_store(&kept, true);
  return install_all();
}

static void *watch(void *unused) {
  const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
  while (!atomic_load(&kept)) {
    (void)nanosleep(&pause, NULL); /* nothing wakes it sooner: signals are blocked */
    (void)install_all();       /* can't fail: it did not before */
  }
  return unused;
}

int handler_watch(void) {
  static atomic_bool watched;
  pthread_t thread;
  sigset_t all, before;
  int installed = install_all();
  if (installed != 0) return installed;
  if (atomic_load(&kept) || atomic_exchange(&watched, true)) return 0;
  sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* can't fail; the thread inherits it */
  int error = pthread_create(&thread, NULL, watch, NULL);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (error == 0) error = pthread_detach(thread);
  if (error != 0) atomic_store(&watched, false);
  return error;
}
