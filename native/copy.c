#include "copy.h"

#include <string.h>

#define EXACT_COPIES(bits)                                                                            \
  static void read_##bits(void *memory, const void *device, size_t length) {                          \
    const volatile uint##bits##_t *from = device;                                                     \
    for (size_t i = 0; i < length / sizeof *from; i++) {                                              \
      uint##bits##_t value = from[i];                                                                 \
      memcpy((uint8_t *)memory + i * sizeof value, &value, sizeof value);                             \
    }                                                                                                 \
  }                                                                                                   \
  static void write_##bits(void *device, const void *memory, size_t length) {                         \
    volatile uint##bits##_t *to = device;                                                             \
    for (size_t i = 0; i < length / sizeof *to; i++) {                                                \
      uint##bits##_t value;                                                                           \
      memcpy(&value, (const uint8_t *)memory + i * sizeof value, sizeof value);                       \
      to[i] = value;                                                                                  \
    }                                                                                                 \
  }                                                                                                   \
  static void fill_##bits(void *device, uint8_t byte, size_t length) {                                \
    volatile uint##bits##_t *to = device;                                                             \
    uint##bits##_t value;                                                                             \
    memset(&value, byte, sizeof value);                                                               \
    for (size_t i = 0; i < length / sizeof *to; i++) to[i] = value;                                   \
  }

EXACT_COPIES(8)
EXACT_COPIES(16)
EXACT_COPIES(32)
#if UINTPTR_MAX > UINT32_MAX
EXACT_COPIES(64)
#endif

bool copy_width_is_valid(uint32_t width) {
  return width == 0 || width == 1 || width == 2 || width == 4 || (width == 8 && sizeof(void *) == 8);
}

void copy_from_device(void *memory, const void *device, size_t length, uint32_t width) {
  if (length == 0) return; /* an empty buffer may have no address */
  switch (width) {
    case 1: read_8(memory, device, length); return;
    case 2: read_16(memory, device, length); return;
    case 4: read_32(memory, device, length); return;
#if UINTPTR_MAX > UINT32_MAX
    case 8: read_64(memory, device, length); return;
#endif
    default: memcpy(memory, device, length);
  }
}

void copy_to_device(void *device, const void *memory, size_t length, uint32_t width) {
  if (length == 0) return;
  switch (width) {
    case 1: write_8(device, memory, length); return;
    case 2: write_16(device, memory, length); return;
    case 4: write_32(device, memory, length); return;
#if UINTPTR_MAX > UINT32_MAX
    case 8: write_64(device, memory, length); return;
#endif
    default: memcpy(device, memory, length);
  }
}

void copy_fill(void *device, uint8_t byte, size_t length, uint32_t width) {
  switch (width) {
    case 1: fill_8(device, byte, length); return;
    case 2: fill_16(device, byte, length); return;
    case 4: fill_32(device, byte, length); return;
#if UINTPTR_MAX > UINT32_MAX
    case 8: fill_64(device, byte, length); return;
#endif
    default: memset(device, byte, length);
  }
}
