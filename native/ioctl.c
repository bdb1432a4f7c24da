#include "ioctl.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "large.h"

static int answered(int answer, int *result) {
  if (answer < 0) return errno;
  *result = answer;
  return 0;
}

int ioctl_word(int fd, uint32_t request, uint32_t word, int *result) {
  return answered(ioctl(fd, request, (unsigned long)word), result);
}

int ioctl_record(int fd, uint32_t request, void *record, int *result) {
  return answered(ioctl(fd, request, record), result);
}

int ioctl_pages(int fd, uint32_t request, void *record, size_t field, const struct file_range *range, int *result) {
  int protection = range->writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void *pages = large_mmap(NULL, range->length, protection, MAP_SHARED, range->fd, range->offset);
  if (pages == MAP_FAILED) return errno;
  const uint64_t address = (uintptr_t)pages;
  memcpy((uint8_t *)record + field, &address, sizeof address);
  int error = ioctl_record(fd, request, record, result);
  munmap(pages, range->length);
  return error;
}
