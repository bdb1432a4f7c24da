/* The kernel's mb(), rmb() and wmb(): they order accesses to device memory, as atomic_thread_fence does not
   (on x86 it leaves write-combining stores in their buffers). */
#ifndef IO_MAPPING_FENCE_H
#define IO_MAPPING_FENCE_H

#if defined(__x86_64__) || (defined(__i386__) && defined(__SSE2__))
#define FENCE_MB() __asm__ volatile("mfence" ::: "memory")
#define FENCE_RMB() __asm__ volatile("lfence" ::: "memory")
#define FENCE_WMB() __asm__ volatile("sfence" ::: "memory")
#elif defined(__i386__)
/* As the kernel does without SSE2: a locked instruction drains the write-combining buffers too. */
#define FENCE_MB() __asm__ volatile("lock; addl $0,0(%%esp)" ::: "memory", "cc")
#define FENCE_RMB() FENCE_MB()
#define FENCE_WMB() FENCE_MB()
#elif defined(__aarch64__)
#define FENCE_MB() __asm__ volatile("dsb sy" ::: "memory")
#define FENCE_RMB() __asm__ volatile("dsb ld" ::: "memory")
#define FENCE_WMB() __asm__ volatile("dsb st" ::: "memory")
#elif defined(__arm__)
#define FENCE_MB() __asm__ volatile("dsb sy" ::: "memory")
#define FENCE_RMB() FENCE_MB()
#define FENCE_WMB() __asm__ volatile("dsb st" ::: "memory")
#elif defined(__riscv)
#define FENCE_MB() __asm__ volatile("fence iorw, iorw" ::: "memory")
#define FENCE_RMB() __asm__ volatile("fence ir, ir" ::: "memory")
#define FENCE_WMB() __asm__ volatile("fence ow, ow" ::: "memory")
#else
#error "io-mapping: which instructions are mb(), rmb() and wmb() on this processor? See arch/*/include/asm/barrier.h"
#endif

#endif
