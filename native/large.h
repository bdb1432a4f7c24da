/* Calls that tell sizes and offsets of files. In a 32-bit process, C libraries name those for files of more than 2 GiB in ways of
   their own (glibc's mmap64 is musl's mmap, glibc's pread has another off_t than musl's), and one addon is to load into all: so the
   kernel is called by number there.
   As the calls of the same name: what they answer, errno, async-signal-safe. No JavaScript. */
#ifndef IO_MAPPING_LARGE_H
#define IO_MAPPING_LARGE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/statfs.h>
#include <sys/types.h>

#if UINTPTR_MAX > UINT32_MAX
typedef struct statfs large_statfs;
#else
typedef struct statfs64 large_statfs;
#endif

void *large_mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset);
int large_ftruncate(int fd, int64_t size);
/* From the start of the file. */
int large_fallocate(int fd, int64_t size);
ssize_t large_pread(int fd, void *bytes, size_t length, int64_t offset);
int large_fstatfs(int fd, large_statfs *status);

#endif
