#include "vma.h"

#include <fcntl.h>
#include <unistd.h>

#include "large.h"

static const char path[] = "/proc/self/maps";

/* Opened before it is needed: at a fault there may be no descriptor left for it. */
static int kept = -1;

/* The file, read a character at a time; no stdio, which a signal handler must not use. */
struct reader {
  int fd;
  int64_t from;
  ssize_t length, at;
  bool failed;
  char buffer[4096];
};

/* The next character; -1 at the end, or if it can't be read. */
static int next(struct reader *reader) {
  if (reader->at == reader->length) {
    reader->at = 0;
    reader->length = large_pread(reader->fd, reader->buffer, sizeof reader->buffer, reader->from);
    if (reader->length <= 0) {
      reader->failed = reader->length < 0;
      reader->length = 0;
      return -1;
    }
    reader->from += reader->length;
  }
  return (unsigned char)reader->buffer[reader->at++];
}

/* A number in `base` 10 or 16, up to the first character that is no digit, which is taken, too. */
static uint64_t number(struct reader *reader, unsigned base) {
  uint64_t value = 0;
  for (;;) {
    int character = next(reader);
    unsigned digit = (unsigned)character - '0';
    if (digit > 9) digit = (unsigned)character - 'a' + 10;
    if (character < 0 || digit >= base) return value;
    value = value * base + digit;
  }
}

static void skip_past(struct reader *reader, int last) {
  for (int character = 0; character >= 0 && character != last;) character = next(reader);
}

/* Lines are: 7f12a000-7f12b000 rw-s 00000000 00:01 1234   /memfd:name. Where there is none for the address, nothing is mapped. */
static bool find(struct reader *reader, uintptr_t address) {
  for (;;) {
    uint64_t start = number(reader, 16), end = number(reader, 16);
    if (end == 0) return false;
    bool readable = next(reader) == 'r';
    skip_past(reader, ' '); /* the other permissions */
    skip_past(reader, ' '); /* the offset */
    skip_past(reader, ' '); /* the device */
    bool of_file = number(reader, 10) != 0;
    skip_past(reader, '\n');
    if (address >= start && address < end) return of_file && readable;
  }
}

void vma_open(void) {
  if (kept < 0) kept = open(path, O_RDONLY | O_CLOEXEC);
}

bool vma_may_be_ours(uintptr_t address) {
  /* Rather opened now: QEMU's emulation of single programs shows in an open one what there was when it was opened. */
  int opened = open(path, O_RDONLY | O_CLOEXEC);
  struct reader reader = {.fd = opened >= 0 ? opened : kept};
  bool may_be = reader.fd < 0 || find(&reader, address) || reader.failed;
  if (opened >= 0) close(opened);
  return may_be;
}
