#include "chain.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <ucontext.h>

#include "critical.h"

/* Who else handles a signal. They are two, since they may be two: V8's handler mends the faults of WebAssembly, and
   a process.on('SIGSEGV') that came after it is for those that another process sends. */
struct others {
  struct sigaction sent;   /* for what a process sends */
  struct sigaction faults; /* for what the processor raises */
};

/* Changed within the critical section, the one of `others` that isn't current: a signal may come in the midst of that, and finds the other.
   It can't wait for the lock, since it may have come upon its holder. */
static struct link {
  int signal;
  struct others others[2];
  atomic_uint version; /* its last bit: which one is current */
  bool installed;
} links[] = {{.signal = SIGBUS}, {.signal = SIGSEGV}};
enum { LINKS = sizeof links / sizeof links[0] };

static struct others *others_of(struct link *link) {
  return &link->others[atomic_load(&link->version) % 2];
}

/* Anew if it was changed meanwhile: twice, and it may have been this one. */
static struct sigaction read_other(struct link *link, bool is_fault) {
  struct sigaction read;
  unsigned version;
  do {
    version = atomic_load(&link->version);
    const struct others *others = &link->others[version % 2];
    read = is_fault ? others->faults : others->sent;
    atomic_thread_fence(memory_order_acquire);
  } while (atomic_load(&link->version) != version);
  return read;
}

static bool knows_faults(const struct sigaction *action) {
  return action->sa_flags & SA_SIGINFO;
}

/* One that came after ours, and is told of faults, asks ours in its turn, as ours asks those before it: to go over it again would be
   a circle. libuv's, of a process.on, does not; nor does one that was here before ours and has been put over libuv's again. */
static bool asks_ours(struct link *link, const struct sigaction *found) {
  return knows_faults(found) && link->installed && found->sa_sigaction != others_of(link)->faults.sa_sigaction;
}

/* Exchanges, since between a question and an answer another could come in. */
static int install(struct link *link, const struct sigaction *ours) {
  struct sigaction found, between;
  if (sigaction(link->signal, ours, &found) != 0) return errno;
  while (asks_ours(link, &found) && found.sa_sigaction != ours->sa_sigaction) {
    if (sigaction(link->signal, &found, &between) != 0) return errno;
    if (between.sa_sigaction == ours->sa_sigaction) return 0; /* nobody came in: it stays first */
    found = between;
    if (sigaction(link->signal, ours, &between) != 0) return errno;
  }
  if (knows_faults(&found) && found.sa_sigaction == ours->sa_sigaction) return 0;
  struct others *next = &link->others[(atomic_load(&link->version) + 1) % 2];
  *next = *others_of(link);
  next->sent = found;
  if (knows_faults(&found)) next->faults = found;
  atomic_fetch_add(&link->version, 1);
  link->installed = true;
  return 0;
}

int chain_install(void (*handler)(int, siginfo_t *, void *)) {
  struct sigaction ours = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  int error = 0;
  sigfillset(&ours.sa_mask); /* nothing comes upon it while it holds the lock, or interrupts its system calls */
  critical_enter();
  for (size_t i = 0; i < LINKS && error == 0; i++) error = install(&links[i], &ours);
  critical_leave();
  return error;
}

/* Default: the process ends by it, as it would without us. */
static void end_by(int signal, bool is_fault) {
  const struct sigaction by_default = {.sa_handler = SIG_DFL};
  (void)sigaction(signal, &by_default, NULL); /* can't fail: the signal is a valid one */
  if (!is_fault) (void)raise(signal);         /* it comes when the handler has returned; a fault comes again by itself */
}

/* As the kernel would call it: libuv's handler holds a lock that another signal's would wait for. */
static void mask_for(const struct sigaction *other, int signal, const ucontext_t *context) {
  sigset_t mask;
  sigorset(&mask, &context->uc_sigmask, &other->sa_mask);
  if (!(other->sa_flags & SA_NODEFER)) sigaddset(&mask, signal);
  (void)pthread_sigmask(SIG_SETMASK, &mask, NULL); /* can't fail: the arguments are valid */
}

void chain_pass_on(int signal, siginfo_t *info, void *context) {
  bool is_fault = info->si_code > 0;
  const struct sigaction other = read_other(&links[signal == SIGBUS ? 0 : 1], is_fault);
  if (other.sa_flags & SA_SIGINFO) {
    mask_for(&other, signal, context);
    other.sa_sigaction(signal, info, context);
  } else if (is_fault || other.sa_handler == SIG_DFL) {
    /* A handler that isn't told the address can't mend the fault. Returning, it would be called for ever: that is how
       process.on('SIGBUS') hangs. The access is made again now, and ends the process. */
    end_by(signal, is_fault);
  } else if (other.sa_handler != SIG_IGN) {
    mask_for(&other, signal, context);
    other.sa_handler(signal);
  }
}

void chain_unblock(void) {
  sigset_t faults;
  sigemptyset(&faults);
  for (size_t i = 0; i < LINKS; i++) sigaddset(&faults, links[i].signal);
  (void)pthread_sigmask(SIG_UNBLOCK, &faults, NULL); /* can't fail: the arguments are valid */
}
