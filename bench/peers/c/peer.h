/* A contestant in C: what each row of the benchmark costs without JavaScript. See ../../protocol.ts. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PAGE 4096

/* One thing that can be measured. A process prepares one case, then runs it as often as it is told to. */
struct bench_case {
  const char *name;
  void (*prepare)(void);
  uint64_t (*run)(uint64_t iterations); /* returns how long they took, in ns */
};

/* Each ends with {0}. */
extern const struct bench_case map_cases[], access_cases[], copy_cases[], arena_cases[], wait_cases[], config_cases[], uio_cases[],
  vfio_cases[];

/* The arguments of `prepare`. Without the one that is asked for, the process says so and ends. */
const char *text_argument(const char *name);
const char *text_argument_or(const char *name, const char *otherwise);
uint64_t number_argument(const char *name);
uint64_t number_argument_or(const char *name, uint64_t otherwise);

/* Adds name=value to the answer. */
void answer_number(const char *name, uint64_t value);
void answer_text(const char *name, const char *value);

void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

uint64_t now(void); /* in ns */

/* The file `path=`, opened for reading and writing. */
int open_aperture(void);
/* `length` bytes of it from `offset`, mapped. */
uint8_t *map_aperture(int file, uint64_t offset, size_t length);

/* The page numbers in the file `pages=`: a power of two of them, so that `& mask` goes around. */
struct sequence {
  const uint32_t *pages;
  uint64_t mask;
};
struct sequence read_sequence(void);

/* A second thread that keeps the other core busy, in the same address space. */
void start_spinning(void);
void stop_spinning(void);
