/* Copies between device memory and ordinary memory. With a width, each element is touched once, in ascending
   order, by one access of that width: the accesses are volatile, which the compiler may neither merge, split, nor
   reorder. Without, they are for memory: as fast as can be, by whatever accesses. Of a FIFO all elements lie at one
   address. No JavaScript. */
#ifndef IO_MAPPING_COPY_H
#define IO_MAPPING_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How to copy: by exact accesses of so many bytes, 1, 2, 4, or on 64-bit processors 8; or one of these. */
enum copy_how {
  COPY_MEMORY = 0,    /* ordinary memory, and what may be such */
  COPY_STREAM = 16,   /* write-combining memory of a device: stream.h */
  COPY_UNCACHED = 32, /* uncached memory of a device */
};

bool copy_how_is_valid(uint32_t how);
bool copy_width_is_valid(uint32_t width);

/* With a width, `device` and `length` are multiples of it; `memory` may have any alignment. They don't overlap. */
void copy_from_device(void *memory, const void *device, size_t length, uint32_t how);
void copy_to_device(void *device, const void *memory, size_t length, uint32_t how);
void copy_fill(void *device, uint8_t byte, size_t length, uint32_t how);

/* `width` is one that is valid, `device` and `length` are multiples of it; `memory` may have any alignment. */
void copy_from_fifo(void *memory, const void *device, size_t length, uint32_t width);
void copy_to_fifo(void *device, const void *memory, size_t length, uint32_t width);

#endif
