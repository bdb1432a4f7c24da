#include "misaligned.h"

#if defined(__aarch64__)

#include <asm/sigcontext.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

enum { ZERO_REGISTER = 31, STACK_POINTER = 31 };

/* What a load or store does; of "Loads and Stores" in the Arm Architecture Reference Manual, C4.1. */
struct access {
  bool is_load, is_vector;
  unsigned bytes;       /* of each register */
  unsigned signed_bits; /* to how many it is extended by its sign: 32, 64; 0: by zeros */
  unsigned count;
  unsigned registers[2];
  unsigned base;
  int64_t step; /* what is added to the base register */
  bool keeps_rest; /* of a vector register, all but `bytes` from byte `from` on */
  unsigned from;
};

static unsigned bits(uint32_t word, unsigned low, unsigned count) {
  return word >> low & ((1u << count) - 1);
}

static int64_t signed_bits(uint32_t word, unsigned low, unsigned count) {
  int64_t value = bits(word, low, count), sign = (int64_t)1 << (count - 1);
  return (value ^ sign) - sign;
}

/* LDP, STP, LDNP, STNP, LDPSW; with a step, or without. */
static bool decode_pair(uint32_t word, struct access *access) {
  unsigned opc = bits(word, 30, 2);
  bool extends = opc == 1 && !access->is_vector;
  access->is_load = bits(word, 22, 1) != 0;
  if (opc == 3 || (extends && !access->is_load)) return false; /* not allocated, or one that stores tags */
  access->bytes = access->is_vector ? 4u << opc : opc == 2 ? 8 : 4;
  access->signed_bits = extends ? 64 : 0;
  access->count = 2;
  access->registers[1] = bits(word, 10, 5);
  if (bits(word, 23, 1)) access->step = signed_bits(word, 15, 7) * access->bytes;
  return true;
}

/* LDR, STR and their kind, of whatever width; with an offset, a register, or a step. */
static bool decode_single(uint32_t word, struct access *access) {
  unsigned size = bits(word, 30, 2), opc = bits(word, 22, 2);
  access->count = 1;
  access->bytes = 1u << size;
  if (access->is_vector) {
    if (opc >= 2 && size != 0) return false;
    if (opc >= 2) access->bytes = 16;
    access->is_load = (opc & 1) != 0;
  } else {
    if (opc >= 2 && access->bytes >= (opc == 2 ? 8 : 4)) return false; /* a prefetch, which doesn't fault; not allocated */
    access->is_load = opc != 0;
    access->signed_bits = opc == 2 ? 64 : opc == 3 ? 32 : 0;
  }
  if (bits(word, 24, 1)) return true; /* an offset of 12 bits */
  unsigned mode = bits(word, 10, 2);
  if (bits(word, 21, 1)) return mode == 2; /* else an atomic one, or of a pointer that is authenticated */
  if (mode & 1) access->step = signed_bits(word, 12, 9);
  return true;
}

/* LD1 and ST1 of one lane, LD1R to all. */
static bool decode_lane(uint32_t word, struct access *access) {
  unsigned opcode = bits(word, 13, 3), size = bits(word, 10, 2), is_whole = bits(word, 30, 1);
  unsigned index = is_whole << 3 | bits(word, 12, 1) << 2 | size;
  bool is_double = opcode == 4 && size == 1 && bits(word, 12, 1) == 0;
  if (bits(word, 21, 1) || (opcode == 2 && (size & 1)) || (opcode == 4 && size != 0 && !is_double)) return false;
  access->is_load = bits(word, 22, 1) != 0;
  access->count = 1;
  if (opcode == 6) { /* to all lanes */
    access->bytes = is_whole ? 16 : 8;
    return access->is_load;
  }
  access->keeps_rest = true;
  access->bytes = is_double ? 8 : 1u << (opcode / 2);
  access->from = index / access->bytes * access->bytes;
  return opcode == 0 || opcode == 2 || opcode == 4;
}

/* DC ZVA, which is a store of a whole line of zeros: of a device's memory it always faults, wherever it goes. */
static bool is_zeroing(uint32_t word) {
  return (word & 0xffffffe0) == 0xd50b7420;
}

static bool decode(uint32_t word, struct access *access) {
  if (is_zeroing(word)) return true;
  access->is_vector = bits(word, 26, 1) != 0;
  access->registers[0] = bits(word, 0, 5);
  access->base = bits(word, 5, 5);
  if ((word & 0xbf9f0000) == 0x0d000000) return decode_lane(word, access);
  if ((word & 0x3a000000) == 0x28000000) return decode_pair(word, access);
  return (word & 0x3a000000) == 0x38000000 && decode_single(word, access);
}

static uint64_t ones_of(const struct access *access) {
  unsigned width = access->signed_bits != 0 ? access->signed_bits : 8 * access->bytes;
  return UINT64_MAX >> (64 - width);
}

/* The vector registers in what the kernel restores; NULL if there are none. */
static struct fpsimd_context *vectors(mcontext_t *machine) {
  uint8_t *at = machine->__reserved, *end = at + sizeof machine->__reserved;
  while (end - at >= (ptrdiff_t)sizeof(struct fpsimd_context)) {
    struct _aarch64_ctx *head = (struct _aarch64_ctx *)at;
    if (head->magic == FPSIMD_MAGIC) return (struct fpsimd_context *)at;
    if (head->magic == 0 || head->size == 0) return NULL;
    at += head->size;
  }
  return NULL;
}

static bool load_ones(const struct access *access, mcontext_t *machine) {
  struct fpsimd_context *fpsimd = access->is_vector ? vectors(machine) : NULL;
  if (access->is_vector && fpsimd == NULL) return false;
  for (unsigned i = 0; i < access->count; i++) {
    unsigned number = access->registers[i];
    if (access->is_vector) {
      uint8_t *value = (uint8_t *)&fpsimd->vregs[number]; /* little-endian */
      if (!access->keeps_rest) memset(value, 0, sizeof fpsimd->vregs[number]);
      memset(value + access->from, 0xff, access->bytes);
    } else if (number != ZERO_REGISTER) {
      machine->regs[number] = ones_of(access);
    }
  }
  return true;
}

bool misaligned_skip(void *context) {
  mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
  struct access access = {.step = 0};
  uint32_t word;
  /* Faults not, though the lock is held: the processor has just read it from there. */
  memcpy(&word, (const void *)(uintptr_t)machine->pc, sizeof word);
  if (!decode(word, &access)) return false;
  if (access.is_load && !load_ones(&access, machine)) return false;
  unsigned long long *base = access.base == STACK_POINTER ? &machine->sp : &machine->regs[access.base];
  *base += (unsigned long long)access.step;
  machine->pc += sizeof word;
  return true;
}

#else

bool misaligned_skip(void *context) {
  (void)context;
  return false;
}

#endif
