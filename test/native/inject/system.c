/* The system calls of native/, each with the error that it fails with here: one that it may well have. */
#include "inject.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../../../native/libuv.h"

SYSTEM_CALL(void *, mmap, MAP_FAILED, ENOMEM, (void *at, size_t size, int protection, int flags, int fd, off_t offset), (at, size, protection, flags, fd, offset))
SYSTEM_CALL(int, madvise, -1, EFAULT, (void *at, size_t size, int advice), (at, size, advice))
SYSTEM_CALL(int, memfd_create, -1, EMFILE, (const char *name, unsigned flags), (name, flags))
SYSTEM_CALL(int, ftruncate, -1, EFBIG, (int fd, off_t size), (fd, size))
SYSTEM_CALL(int, fallocate, -1, ENOSPC, (int fd, int mode, off_t offset, off_t size), (fd, mode, offset, size))
SYSTEM_CALL(int, pipe2, -1, EMFILE, (int ends[2], int flags), (ends, flags))
SYSTEM_CALL(int, fstatfs, -1, EOVERFLOW, (int fd, struct statfs *status), (fd, status))
SYSTEM_CALL(ssize_t, pread, -1, EIO, (int fd, void *bytes, size_t size, off_t at), (fd, bytes, size, at))
SYSTEM_CALL(int, eventfd, -1, EMFILE, (unsigned count, int flags), (count, flags))
SYSTEM_CALL(int, sigaction, -1, EINVAL, (int number, const struct sigaction *next, struct sigaction *found), (number, next, found))

SYSTEM_CALL_OPTIONAL(open, EMFILE, (const char *path, int flags, ...), flags, (path, flags, (mode_t)optional))
SYSTEM_CALL_OPTIONAL(fcntl, EPERM, (int fd, int command, ...), command, (fd, command, optional))
SYSTEM_CALL_OPTIONAL(ioctl, ENODEV, (int fd, unsigned long request, ...), request, (fd, request, optional))

/* By number there is one that may fail: statx. */
INJECT_DECLARE(syscall)
long __wrap_syscall(long number, ...) {
  va_list list;
  long words[5];
  va_start(list, number);
  for (unsigned i = 0; i < 5; i++) words[i] = va_arg(list, long);
  va_end(list);
  if (number != SYS_statx || !inject_fails(INJECT_SYSTEM, "syscall"))
    return __real_syscall(number, words[0], words[1], words[2], words[3], words[4]);
  errno = EOVERFLOW;
  return -1;
}

PTHREAD_CALL(pthread_create, EAGAIN, (pthread_t *thread, const pthread_attr_t *how, void *(*body)(void *), void *data), (thread, how, body, data))
PTHREAD_CALL(pthread_mutex_init, ENOMEM, (pthread_mutex_t *mutex, const pthread_mutexattr_t *how), (mutex, how))
PTHREAD_CALL(pthread_cond_init, ENOMEM, (pthread_cond_t *condition, const pthread_condattr_t *how), (condition, how))

UV_CALL(uv_poll_init, ENOMEM, (uv_loop_t *loop, uv_poll_t *poll, int fd), (loop, poll, fd))
UV_CALL(uv_poll_start, ENOMEM, (uv_poll_t *poll, int events, uv_poll_cb came), (poll, events, came))
