/* Copies between a device's memory, write-combining or uncached, and ordinary memory. Each byte of the device is
   touched once, in ascending order, by aligned accesses: from it by streaming loads where the processor has them, to
   it in full lines of 64 bytes, each a burst on the bus if it is write-combining. memcpy would touch bytes twice where
   its accesses overlap, and go byte by byte from some KiB on (x86's `rep movsb`, which is fast in caches only); on
   arm64, where its accesses may be unaligned, uncached memory refuses them. No JavaScript. */
#ifndef IO_MAPPING_STREAM_H
#define IO_MAPPING_STREAM_H

#include <stddef.h>
#include <stdint.h>

/* From write-combining memory. Ordered after all accesses before it and before all after it. Any alignment. */
void stream_from_device(void *memory, const void *device, size_t length);

/* From uncached memory, where streaming loads gain nothing, and hosts of virtual machines can't emulate them. */
void stream_from_uncached(void *memory, const void *device, size_t length);

/* The last line may wait in the processor until a store fence: fence.h's FENCE_WMB. Any alignment. */
void stream_to_device(void *device, const void *memory, size_t length);
void stream_fill(void *device, uint8_t byte, size_t length);

#endif
