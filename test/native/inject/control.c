/* What must fail, and what has: a file that the test writes and reads (control.ts), mapped here. */
#include "inject.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* control.ts knows this layout. The test writes the first three while none of the addon's functions runs. */
struct control {
  uint32_t kind;    /* which calls are counted; 0: none */
  uint32_t at;      /* which of them fails, from 1 on */
  uint32_t onwards; /* whether all behind it do, too */
  atomic_uint calls;
  atomic_uint failures;
  atomic_int blocks;
  atomic_uint used; /* of `names` */
  char names[4096 - 7 * sizeof(uint32_t)]; /* those that failed, a line each */
};

static struct control idle;
static struct control *control = &idle;

__attribute__((constructor)) static void find_control(void) {
  const char *path = getenv("IO_MAPPING_INJECT");
  int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return; /* the test sees that nothing is counted */
  void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED) control = mapped;
}

static void note(const char *name) {
  unsigned length = (unsigned)strlen(name);
  unsigned at = atomic_fetch_add(&control->used, length + 1);
  if (at + length + 1 > sizeof control->names) return;
  memcpy(control->names + at, name, length);
  control->names[at + length] = '\n';
}

bool inject_fails(enum inject_kind kind, const char *name) {
  if (control->kind != kind) return false;
  unsigned call = atomic_fetch_add(&control->calls, 1) + 1;
  if (control->onwards ? call < control->at : call != control->at) return false;
  atomic_fetch_add(&control->failures, 1);
  note(name);
  return true;
}

void inject_count_blocks(int change) {
  atomic_fetch_add(&control->blocks, change);
}
