/* Copies between device memory and ordinary memory. With a width, each element is touched once, in ascending
   order, by one access of that width: the accesses are volatile, which the compiler may neither merge, split, nor
   reorder. Width 0 is for memory: the fastest copy, of whatever widths. No JavaScript. */
#ifndef IO_MAPPING_COPY_H
#define IO_MAPPING_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0, 1, 2, 4, and on 64-bit processors 8. */
bool copy_width_is_valid(uint32_t width);

/* `device` and `length` are multiples of the width; `memory` may have any alignment. They don't overlap. */
void copy_from_device(void *memory, const void *device, size_t length, uint32_t width);
void copy_to_device(void *device, const void *memory, size_t length, uint32_t width);
void copy_fill(void *device, uint8_t byte, size_t length, uint32_t width);

#endif
