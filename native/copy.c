#include "copy.h"

#include <string.h>

#include "device.h"
#include "stream.h"

/* Not inlined, so that a test can find each loop, and count its loads and stores. */
#define FOUND_BY_NAME __attribute__((noinline))

#define EXACT_COPIES(bits)                                                                            \
  FOUND_BY_NAME static void read_##bits(void *memory, const void *device, size_t length) {            \
    const uint##bits##_t *from = device;                                                              \
    for (size_t i = 0; i < length / sizeof *from; i++) {                                              \
      uint##bits##_t value = device_read_##bits(from + i);                                            \
      memcpy((uint8_t *)memory + i * sizeof value, &value, sizeof value);                             \
    }                                                                                                 \
  }                                                                                                   \
  FOUND_BY_NAME static void write_##bits(void *device, const void *memory, size_t length) {           \
    uint##bits##_t *to = device;                                                                      \
    for (size_t i = 0; i < length / sizeof *to; i++) {                                                \
      uint##bits##_t value;                                                                           \
      memcpy(&value, (const uint8_t *)memory + i * sizeof value, sizeof value);                       \
      device_write_##bits(to + i, value);                                                             \
    }                                                                                                 \
  }                                                                                                   \
  FOUND_BY_NAME static void fill_##bits(void *device, uint8_t byte, size_t length) {                  \
    uint##bits##_t *to = device;                                                                      \
    uint##bits##_t value;                                                                             \
    memset(&value, byte, sizeof value);                                                               \
    for (size_t i = 0; i < length / sizeof *to; i++) device_write_##bits(to + i, value);              \
  }

/* All elements at one address: each access takes one out of the device, or puts one in. */
#define FIFO_COPIES(bits)                                                                             \
  FOUND_BY_NAME static void read_fifo_##bits(void *memory, const void *device, size_t length) {       \
    for (size_t i = 0; i < length / (bits / 8); i++) {                                                \
      uint##bits##_t value = device_read_##bits(device);                                              \
      memcpy((uint8_t *)memory + i * sizeof value, &value, sizeof value);                             \
    }                                                                                                 \
  }                                                                                                   \
  FOUND_BY_NAME static void write_fifo_##bits(void *device, const void *memory, size_t length) {      \
    for (size_t i = 0; i < length / (bits / 8); i++) {                                                \
      uint##bits##_t value;                                                                           \
      memcpy(&value, (const uint8_t *)memory + i * sizeof value, sizeof value);                       \
      device_write_##bits(device, value);                                                             \
    }                                                                                                 \
  }

#define COPIES(bits) EXACT_COPIES(bits) FIFO_COPIES(bits)

COPIES(8)
COPIES(16)
COPIES(32)
#if UINTPTR_MAX > UINT32_MAX
COPIES(64)
#endif

bool copy_width_is_valid(uint32_t width) {
  return width == 1 || width == 2 || width == 4 || (width == 8 && sizeof(void *) == 8);
}

bool copy_how_is_valid(uint32_t how) {
  return how == COPY_MEMORY || how == COPY_STREAM || how == COPY_UNCACHED || copy_width_is_valid(how);
}

void copy_from_device(void *memory, const void *device, size_t length, uint32_t how) {
  if (length == 0) return; /* an empty buffer may have no address */
  switch (how) {
    case 1: read_8(memory, device, length); return;
    case 2: read_16(memory, device, length); return;
    case 4: read_32(memory, device, length); return;
#if UINTPTR_MAX > UINT32_MAX
    case 8: read_64(memory, device, length); return;
#endif
    case COPY_STREAM: stream_from_device(memory, device, length); return;
    case COPY_UNCACHED: stream_from_uncached(memory, device, length); return;
    default: memcpy(memory, device, length);
  }
}

void copy_to_device(void *device, const void *memory, size_t length, uint32_t how) {
  if (length == 0) return;
  switch (how) {
    case 1: write_8(device, memory, length); return;
    case 2: write_16(device, memory, length); return;
    case 4: write_32(device, memory, length); return;
#if UINTPTR_MAX > UINT32_MAX
    case 8: write_64(device, memory, length); return;
#endif
    case COPY_STREAM:
    case COPY_UNCACHED: stream_to_device(device, memory, length); return;
    default: memcpy(device, memory, length);
  }
}

void copy_fill(void *device, uint8_t byte, size_t length, uint32_t how) {
  switch (how) {
    case 1: fill_8(device, byte, length); return;
    case 2: fill_16(device, byte, length); return;
    case 4: fill_32(device, byte, length); return;
#if UINTPTR_MAX > UINT32_MAX
    case 8: fill_64(device, byte, length); return;
#endif
    case COPY_STREAM:
    case COPY_UNCACHED: stream_fill(device, byte, length); return;
    default: memset(device, byte, length);
  }
}

void copy_from_fifo(void *memory, const void *device, size_t length, uint32_t width) {
  switch (width) {
    case 1: read_fifo_8(memory, device, length); return;
    case 2: read_fifo_16(memory, device, length); return;
    case 4: read_fifo_32(memory, device, length); return;
#if UINTPTR_MAX > UINT32_MAX
    case 8: read_fifo_64(memory, device, length); return;
#endif
    default: return;
  }
}

void copy_to_fifo(void *device, const void *memory, size_t length, uint32_t width) {
  switch (width) {
    case 1: write_fifo_8(device, memory, length); return;
    case 2: write_fifo_16(device, memory, length); return;
    case 4: write_fifo_32(device, memory, length); return;
#if UINTPTR_MAX > UINT32_MAX
    case 8: write_fifo_64(device, memory, length); return;
#endif
    default: return;
  }
}
