/* The system calls of native/, each with the error that it fails with here: one that it may well have. */
#include "inject.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

SYSTEM_CALL(void *, mmap64, MAP_FAILED, ENOMEM, (void *at, size_t size, int protection, int flags, int fd, off64_t offset), (at, size, protection, flags, fd, offset))
SYSTEM_CALL(int, madvise, -1, EFAULT, (void *at, size_t size, int advice), (at, size, advice))
SYSTEM_CALL(int, memfd_create, -1, EMFILE, (const char *name, unsigned flags), (name, flags))
SYSTEM_CALL(int, ftruncate64, -1, EFBIG, (int fd, off64_t size), (fd, size))
SYSTEM_CALL(int, fallocate64, -1, ENOSPC, (int fd, int mode, off64_t offset, off64_t size), (fd, mode, offset, size))
SYSTEM_CALL(int, fstat64, -1, EOVERFLOW, (int fd, struct stat64 *status), (fd, status))
SYSTEM_CALL(int, pipe2, -1, EMFILE, (int ends[2], int flags), (ends, flags))
SYSTEM_CALL(int, fstatfs64, -1, EOVERFLOW, (int fd, struct statfs64 *status), (fd, status))
SYSTEM_CALL(ssize_t, pread64, -1, EIO, (int fd, void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
SYSTEM_CALL(int, sigaction, -1, EINVAL, (int number, const struct sigaction *next, struct sigaction *found), (number, next, found))

SYSTEM_CALL_OPTIONAL(open64, EMFILE, (const char *path, int flags, ...), flags, (path, flags, (mode_t)optional))
SYSTEM_CALL_OPTIONAL(fcntl64, EPERM, (int fd, int command, ...), command, (fd, command, optional))

PTHREAD_CALL(pthread_create, EAGAIN, (pthread_t *thread, const pthread_attr_t *how, void *(*body)(void *), void *data), (thread, how, body, data))
PTHREAD_CALL(pthread_mutex_init, ENOMEM, (pthread_mutex_t *mutex, const pthread_mutexattr_t *how), (mutex, how))
PTHREAD_CALL(pthread_cond_init, ENOMEM, (pthread_cond_t *condition, const pthread_condattr_t *how), (condition, how))
