#include "retries.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One for each thread that has faulted lately. If more are in the midst of it than there are, one makes its access once
   more than it need have. No thread-local variable: a library that is loaded late may not have one in every C library. */
static struct retry {
  long thread;
  uintptr_t address;
  uint64_t token;
} retries[64];
enum { RETRIES = sizeof retries / sizeof retries[0] };
static unsigned next;

static struct retry *of_thread(long thread) {
  for (size_t i = 0; i < RETRIES; i++) {
    if (retries[i].thread == thread) return &retries[i];
  }
  struct retry *oldest = &retries[next++ % RETRIES];
  *oldest = (struct retry){.thread = thread};
  return oldest;
}

bool retries_made(uintptr_t address, uint64_t token) {
  struct retry *retry = of_thread(syscall(SYS_gettid));
  bool made = retry->address == address && retry->token == token;
  retry->address = address;
  retry->token = token;
  return made;
}
