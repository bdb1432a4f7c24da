#include "transfer.h"

#include <time.h>

#include "copy.h"
#include "chain.h"

enum { WAITING = 0, RUNNING, ENDED };

/* A slice's time: whoever waits for it, the end of a thread too, waits this long at most; and other work gets its turn. */
static const int64_t SLICE_NS = 8 * 1000 * 1000;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time); /* can't fail: every Linux has that clock */
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* How much is copied from `device` on before it looks up. A device's read takes a microsecond or more; memory's, next to
   nothing. A chunk ends with a line, where it can: two that shared one would be two transactions of the bus. */
static size_t chunk_at(const uint8_t *device, uint32_t how) {
  if (how == COPY_MEMORY) return 256 * 1024;
  if (how <= 8) return 512 * how;
  return 512 * 16 - (uintptr_t)device % 64;
}

static void copy(const struct transfer *transfer, size_t at, size_t length) {
  uint8_t *device = transfer->device + at, *memory = transfer->memory + at;
  if (transfer->to_device) {
    copy_to_device(device, memory, length, transfer->how);
  } else {
    copy_from_device(memory, device, length, transfer->how);
  }
}

void transfer_run(struct transfer *transfer) {
  int waiting = WAITING;
  if (!atomic_compare_exchange_strong(&transfer->state, &waiting, RUNNING)) return; /* stopped before it began */
  chain_unblock();
  int64_t end = now() + SLICE_NS;
  do {
    size_t chunk = chunk_at(transfer->device + transfer->done, transfer->how);
    size_t left = transfer->length - transfer->done;
    size_t length = left < chunk ? left : chunk;
    copy(transfer, transfer->done, length);
    transfer->done += length;
  } while (transfer->done < transfer->length && !atomic_load(&transfer->stopped) && now() < end);
  atomic_store(&transfer->state, ENDED);
}

void transfer_stop(struct transfer *transfer) {
  int waiting = WAITING;
  atomic_store(&transfer->stopped, true);
  atomic_compare_exchange_strong(&transfer->state, &waiting, ENDED);
}

bool transfer_await(struct transfer *transfer, unsigned milliseconds) {
  const struct timespec pause = {.tv_nsec = 20 * 1000};
  int64_t end = now() + milliseconds * INT64_C(1000000);
  transfer_stop(transfer);
  while (atomic_load(&transfer->state) != ENDED) {
    if (now() >= end) return false;
    (void)nanosleep(&pause, NULL); /* cut short by a signal: it looks again, sooner */
  }
  return true;
}
