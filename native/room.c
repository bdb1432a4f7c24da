#include "room.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "large.h"
#include "page.h"

/* Pages of alternating protection are as many mappings. More than are ever needed at once: laying over the midst of a mapping makes two. */
enum { PAGES = 16 };
static void *room;

void room_keep(void) {
  if (room != NULL) return;
  size_t page = page_size();
  /* Shared, since it then merges with no neighbour. */
  void *made = large_mmap(NULL, PAGES * page, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (made == MAP_FAILED) return;
  for (size_t i = 0; i < PAGES; i += 2) {
    if (mprotect((uint8_t *)made + i * page, page, PROT_READ) == 0) continue;
    (void)munmap(made, PAGES * page); /* what can't be had whole is left to others */
    return;
  }
  room = made;
}

bool room_give(void) {
  if (room == NULL || munmap(room, PAGES * page_size()) != 0) return false;
  room = NULL;
  return true;
}
