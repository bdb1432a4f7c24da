/* Allocations. What native/ holds is counted, too: a test sees whether all of it is given back. */
#include "inject.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static void *counted(void *block) {
  if (block != NULL) inject_count_blocks(1);
  return block;
}

#define ALLOCATION(name, parameters, arguments)                                                     \
  INJECT_DECLARE(name)                                                                              \
  void *__wrap_##name parameters {                                                                  \
    return inject_fails(INJECT_ALLOCATION, #name) ? NULL : counted(__real_##name arguments);        \
  }

ALLOCATION(malloc, (size_t size), (size))
ALLOCATION(calloc, (size_t count, size_t size), (count, size))

INJECT_DECLARE(realloc)
void *__wrap_realloc(void *block, size_t size) {
  if (inject_fails(INJECT_ALLOCATION, "realloc")) return NULL;
  return block == NULL ? counted(__real_realloc(NULL, size)) : __real_realloc(block, size);
}

INJECT_DECLARE(strdup)
char *__wrap_strdup(const char *text) {
  return inject_fails(INJECT_ALLOCATION, "strdup") ? NULL : counted(__real_strdup(text));
}

INJECT_DECLARE(free)
void __wrap_free(void *block) {
  if (block != NULL) inject_count_blocks(-1);
  __real_free(block);
}

/* Its nodes are the C library's, which makes and frees them itself. */
INJECT_DECLARE(tsearch)
void *__wrap_tsearch(const void *key, void **root, __compar_fn_t compare) {
  return inject_fails(INJECT_ALLOCATION, "tsearch") ? NULL : __real_tsearch(key, root, compare);
}
