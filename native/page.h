/* A page of memory. No JavaScript. */
#ifndef IO_MAPPING_PAGE_H
#define IO_MAPPING_PAGE_H

#include <stddef.h>

/* In bytes. */
size_t page_size(void);

#endif
