/* A thread that raises interrupts, for contestants in C and in Node alike. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

/* What it shares with whoever waits; JavaScript has it as the bytes of an ArrayBuffer. */
struct raised {
  double at;              /* when the last one was raised, in ns of CLOCK_MONOTONIC: a double is exact for a hundred days */
  _Atomic uint32_t heard; /* how many were heard: the next is raised some time after that */
};

/* What it raises them by: one of the two. */
struct line {
  int eventfd;                  /* is written, as the kernel does */
  const char *device;           /* NULL, or the PCI address of an edu device, whose register is written */
  uint32_t pause_us;            /* at least that long after the last one was heard: whoever waits is to be asleep by then */
};

/* Raises `count` of them. Gives an errno. */
int raiser_start(struct line line, uint32_t count, struct raised *raised);
