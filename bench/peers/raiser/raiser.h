/* A thread that raises interrupts, for contestants in C and in Node alike: it is the kernel's part in an eventfd. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

/* What it shares with whoever waits; JavaScript has it as the bytes of an ArrayBuffer. */
struct raised {
  double at;             /* when the last one was raised, in ns of CLOCK_MONOTONIC: a double is exact for a hundred days */
  _Atomic uint32_t heard; /* how many were heard: the next is raised some time after that */
};

/* Raises `count` of them in `eventfd`, each after a random time in which whoever waits for it goes to sleep. Gives an errno. */
int raiser_start(int eventfd, uint32_t count, struct raised *raised);
