/* Interrupts that a thread raises (../raiser/raiser.h), waited for by a loop of epoll, as a driver in C has one. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../raiser/raiser.h"

/* Where they are counted, and what is to be done after each. */
struct waiting {
  int fd;
  size_t size;               /* of what is read, in bytes */
  void (*acknowledge)(void); /* the next can come then; may be NULL */
};

/* Times `iterations` of them: from the raise to the line after the read. What `run` returns of them. */
uint64_t time_waits(struct waiting waiting, struct line line, uint64_t iterations);
