/* One access of a device: of its width, once, in the order written. Compilers keep a volatile access so; but for arm they may fold
   the step to the next element into it ("ldr w0, [x1], #4"), and where a hypervisor has to make the access in the processor's
   place, it is told nothing of such instructions. So there the instruction is named, as in the kernel's own io.h. No JavaScript. */
#ifndef IO_MAPPING_DEVICE_H
#define IO_MAPPING_DEVICE_H

#include <stdint.h>

#if defined(__aarch64__) || defined(__arm__)
#define DEVICE_ACCESS(bits, suffix, operand)                                                            \
  static inline uint##bits##_t device_read_##bits(const void *device) {                                 \
    uint##bits##_t value;                                                                               \
    __asm__ volatile("ldr" suffix " %" operand "0, [%1]" : "=r"(value) : "r"(device));                  \
    return value;                                                                                       \
  }                                                                                                     \
  static inline void device_write_##bits(void *device, uint##bits##_t value) {                          \
    __asm__ volatile("str" suffix " %" operand "0, [%1]" : : "r"(value), "r"(device));                  \
  }
#else
#define DEVICE_ACCESS(bits, suffix, operand)                                                            \
  static inline uint##bits##_t device_read_##bits(const void *device) {                                 \
    return *(const volatile uint##bits##_t *)device;                                                    \
  }                                                                                                     \
  static inline void device_write_##bits(void *device, uint##bits##_t value) {                          \
    *(volatile uint##bits##_t *)device = value;                                                         \
  }
#endif

#if defined(__aarch64__)
#define DEVICE_NARROW "w"
#else
#define DEVICE_NARROW ""
#endif

DEVICE_ACCESS(8, "b", DEVICE_NARROW)
DEVICE_ACCESS(16, "h", DEVICE_NARROW)
DEVICE_ACCESS(32, "", DEVICE_NARROW)
#if UINTPTR_MAX > UINT32_MAX
DEVICE_ACCESS(64, "", "x")
#define DEVICE_WIDEST 8
#else
#define DEVICE_WIDEST 4
#endif

#endif
