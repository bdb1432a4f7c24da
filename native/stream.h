/* Copies between write-combining memory and ordinary memory. Each byte of the device is touched once, in ascending
   order: from it by streaming loads where the processor has them, to it in full lines of 64 bytes, each a burst on the
   bus. No JavaScript. */
#ifndef IO_MAPPING_STREAM_H
#define IO_MAPPING_STREAM_H

#include <stddef.h>
#include <stdint.h>

/* Ordered after all accesses before it and before all after it. Any alignment. */
void stream_from_device(void *memory, const void *device, size_t length);

/* The last line may wait in the processor until a store fence: fence.h's FENCE_WMB. Any alignment. */
void stream_to_device(void *device, const void *memory, size_t length);
void stream_fill(void *device, uint8_t byte, size_t length);

#endif
