#include "page.h"

#include <unistd.h>

size_t page_size(void) {
  return (size_t)sysconf(_SC_PAGESIZE); /* can't fail: every system has pages */
}
