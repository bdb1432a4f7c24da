/* A copy between device memory and ordinary memory that another thread makes, a slice at a time, and that can be stopped
   between two chunks. No JavaScript. */
#ifndef IO_MAPPING_TRANSFER_H
#define IO_MAPPING_TRANSFER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct transfer {
  uint8_t *device, *memory;
  size_t length;
  uint32_t how; /* as copy.h has it */
  bool to_device;
  size_t done; /* how much is copied, in bytes: once it has ended */
  atomic_int state;
  atomic_bool stopped;
};

/* Copies until it is done, was stopped, or some milliseconds are over: for the thread that makes the copy. */
void transfer_run(struct transfer *transfer);

/* Has it stop. */
void transfer_stop(struct transfer *transfer);

/* Has it stop, and waits until it touches neither memory any more: true, if that is so within `milliseconds`. */
bool transfer_await(struct transfer *transfer, unsigned milliseconds);

#endif
