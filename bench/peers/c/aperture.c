#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "peer.h"

int open_aperture(void) {
  const char *path = text_argument("path");
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) fail("open %s: %s", path, strerror(errno));
  return file;
}

uint8_t *map_aperture(int file, uint64_t offset, size_t length) {
  void *address = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)offset);
  if (address == MAP_FAILED) fail("mmap of %zu bytes: %s", length, strerror(errno));
  return address;
}

struct sequence read_sequence(void) {
  const char *path = text_argument("pages");
  int file = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) fail("open %s: %s", path, strerror(errno));
  uint32_t *pages = malloc((size_t)status.st_size);
  if (!pages || read(file, pages, (size_t)status.st_size) != status.st_size) fail("read %s", path);
  close(file);
  return (struct sequence){pages, (uint64_t)status.st_size / sizeof *pages - 1};
}

/* The arena: memory that all contestants of a row open by its path, so that they touch the same pages. */
static void prepare_arena(void) {
  uint64_t size = number_argument("size");
  int file = memfd_create("io-mapping-bench", MFD_CLOEXEC);
  if (file < 0 || ftruncate(file, (off_t)size) != 0) fail("memfd of %llu bytes: %s", (unsigned long long)size, strerror(errno));
  uint8_t *memory = map_aperture(file, 0, size);
  memset(memory, 0, number_argument_or("resident", size));
  munmap(memory, size);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd/%d", getpid(), file);
  answer_text("path", path);
}

static uint64_t run_arena(uint64_t iterations) {
  (void)iterations;
  return 0;
}

const struct bench_case arena_cases[] = {{"arena", prepare_arena, run_arena}, {0}};
