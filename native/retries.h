/* Which access was made again, by which thread. A handler may come late: by the time it looks, another thread may have
   unmapped what the access went to, answered the fault, or laid something else there. So each access is made again
   first, and only if it faults once more, with the same thing lying there, is it answered: nothing was late then.
   Within the critical section. No JavaScript. */
#ifndef IO_MAPPING_RETRIES_H
#define IO_MAPPING_RETRIES_H

#include <stdbool.h>
#include <stdint.h>

/* Whether this thread has made the access at `address` again since `token` (ranges.h) was the same; if not, it has from here on.
   Async-signal-safe. */
bool retries_made(uintptr_t address, uint64_t token);

#endif
