#include "stream.h"

#include <string.h>

#include "device.h"
#include "fence.h"

#define LINE 64u

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* How far it is from `address` to the next multiple of `unit`. */
static size_t gap(const void *address, size_t unit) { return -(uintptr_t)address & (unit - 1); }

/* The widest access, in bytes, that starts at `device` and fits `left`. */
static size_t widest(const volatile void *device, size_t left) {
  size_t width = DEVICE_WIDEST;
  while (((uintptr_t)device & (width - 1)) != 0 || width > left) width /= 2;
  return width;
}

#define TOUCH(bits, from, to)                      \
  do {                                             \
    uint##bits##_t value = device_read_##bits(from); \
    memcpy(to, &value, sizeof value);              \
  } while (0)

#define PUT(bits, from, to)                        \
  do {                                             \
    uint##bits##_t value;                          \
    memcpy(&value, from, sizeof value);            \
    device_write_##bits(to, value);                \
  } while (0)

#if DEVICE_WIDEST == 8
#define TOUCH_WIDEST(from, to) TOUCH(64, from, to)
#define PUT_WIDEST(from, to) PUT(64, from, to)
#else
#define TOUCH_WIDEST(from, to) TOUCH(32, from, to)
#define PUT_WIDEST(from, to) PUT(32, from, to)
#endif

/* What comes before the first line or after the last one, or all of it where there is nothing wider: each byte once,
   by accesses as wide as may be. */
static void read_edge(uint8_t *memory, const uint8_t *device, size_t length) {
  while (length > 0) {
    size_t width = widest(device, length);
    switch (width) {
      case 1: TOUCH(8, device, memory); break;
      case 2: TOUCH(16, device, memory); break;
      case 4: TOUCH(32, device, memory); break;
      default: TOUCH_WIDEST(device, memory);
    }
    memory += width, device += width, length -= width;
  }
}

static void write_edge(uint8_t *device, const uint8_t *memory, size_t length) {
  while (length > 0) {
    size_t width = widest(device, length);
    switch (width) {
      case 1: PUT(8, memory, device); break;
      case 2: PUT(16, memory, device); break;
      case 4: PUT(32, memory, device); break;
      default: PUT_WIDEST(memory, device);
    }
    memory += width, device += width, length -= width;
  }
}

#if defined(__SSE2__)
#include <smmintrin.h>
#define BLOCK sizeof(__m128i)

/* These read blocks from a multiple of their size on. Not inlined, so that a test finds their loops. */
__attribute__((noinline)) static void read_blocks(uint8_t *memory, const uint8_t *device, size_t count) {
  for (size_t i = 0; i < count; i++) {
    __m128i block = *(const volatile __m128i *)(device + i * BLOCK);
    _mm_storeu_si128((__m128i *)(memory + i * BLOCK), block);
  }
}

__attribute__((noinline, target("sse4.1"))) static void stream_blocks(uint8_t *memory, const uint8_t *device,
                                                                      size_t count) {
  for (size_t i = 0; i < count; i++) {
    __m128i block = _mm_stream_load_si128((__m128i *)(uintptr_t)(device + i * BLOCK));
    _mm_storeu_si128((__m128i *)(memory + i * BLOCK), block);
  }
}

static void read_all(uint8_t *memory, const uint8_t *device, size_t length,
                     void (*blocks)(uint8_t *, const uint8_t *, size_t)) {
  size_t head = least(length, gap(device, BLOCK));
  size_t body = (length - head) / BLOCK * BLOCK;
  read_edge(memory, device, head);
  blocks(memory + head, device + head, body / BLOCK);
  read_edge(memory + head + body, device + head + body, length - head - body);
}

void stream_from_uncached(void *memory, const void *device, size_t length) {
  read_all(memory, device, length, read_blocks);
}

void stream_from_device(void *memory, const void *device, size_t length) {
  /* A fence before them, or streaming loads might be answered from a line that was fetched before an earlier store;
     one after them, since they are not ordered with later loads. Intel's manual asks for mfence in both cases. */
  __builtin_ia32_mfence();
  read_all(memory, device, length, __builtin_cpu_supports("sse4.1") ? stream_blocks : read_blocks);
  __builtin_ia32_mfence();
}
#else
void stream_from_uncached(void *memory, const void *device, size_t length) { read_edge(memory, device, length); }

void stream_from_device(void *memory, const void *device, size_t length) {
  FENCE_MB();
  read_edge(memory, device, length);
  FENCE_MB();
}
#endif

#if defined(__SSE2__)
typedef __m128i chunk;
static void put_chunk(uint8_t *device, const uint8_t *memory) {
  _mm_stream_si128((chunk *)device, _mm_loadu_si128((const chunk *)memory));
}
#else
typedef uintptr_t chunk;
static void put_chunk(uint8_t *device, const uint8_t *memory) { PUT_WIDEST(memory, device); }
#endif

/* `device` is at a multiple of LINE; `step` is how far the source goes from one line to the next. */
__attribute__((noinline)) static void write_lines(uint8_t *device, const uint8_t *memory, size_t count, size_t step) {
  for (size_t i = 0; i < count; i++, device += LINE, memory += step) {
    for (size_t at = 0; at < LINE; at += sizeof(chunk)) put_chunk(device + at, memory + at);
  }
}

void stream_to_device(void *device, const void *memory, size_t length) {
  uint8_t *to = device;
  const uint8_t *from = memory;
  size_t head = least(length, gap(to, LINE));
  size_t body = (length - head) / LINE * LINE;
  write_edge(to, from, head);
  write_lines(to + head, from + head, body / LINE, LINE);
  write_edge(to + head + body, from + head + body, length - head - body);
}

void stream_fill(void *device, uint8_t byte, size_t length) {
  uint8_t *to = device;
  uint8_t line[LINE];
  memset(line, byte, sizeof line);
  size_t head = least(length, gap(to, LINE));
  size_t body = (length - head) / LINE * LINE;
  write_edge(to, line, head);
  write_lines(to + head, line, body / LINE, 0);
  write_edge(to + head + body, line, length - head - body);
}
