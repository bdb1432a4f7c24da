/* How a program of musl's begins. Its own crt1.o is not for every cross linker: Debian 12's can't read that of Debian 13's riscv64. */
#ifndef START_H
#define START_H

int main(int count, char **arguments);
int __libc_start_main(int (*)(int, char **), int, char **);

__attribute__((visibility("hidden"), noreturn, used)) void start(long *stack) {
  (void)__libc_start_main(main, (int)stack[0], (char **)(stack + 1));
  __builtin_unreachable();
}

/* The kernel leaves the arguments on the stack. */
__asm__(".text\n.globl _start\n.type _start, %function\n"
#if defined(__x86_64__)
        "_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call start\n"
#elif defined(__i386__)
        "_start: xor %ebp, %ebp\n mov %esp, %eax\n and $-16, %esp\n sub $12, %esp\n push %eax\n call start\n"
#elif defined(__aarch64__)
        "_start: mov x29, #0\n mov x30, #0\n mov x0, sp\n and sp, x0, #-16\n b start\n"
#elif defined(__arm__)
        ".arm\n_start: mov fp, #0\n mov r0, sp\n bic ip, r0, #7\n mov sp, ip\n bl start\n.thumb\n"
#elif defined(__riscv)
        "_start:\n.option push\n.option norelax\n lla gp, __global_pointer$\n.option pop\n"
        " mv a0, sp\n andi sp, sp, -16\n tail start\n"
#endif
);

#endif
