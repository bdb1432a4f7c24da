/* What is used of libuv, by its ABI, which is the same in all of 1.x: Node brings it, and its header need not be there. */
#ifndef IO_MAPPING_LIBUV_H
#define IO_MAPPING_LIBUV_H

#include <stddef.h>

typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s uv_handle_t;
typedef struct uv_poll_s uv_poll_t;
typedef void (*uv_poll_cb)(uv_poll_t *poll, int status, int events);
typedef void (*uv_close_cb)(uv_handle_t *handle);

enum { UV_POLL = 8 };     /* uv_handle_type */
enum { UV_READABLE = 1 }; /* uv_poll_event */

size_t uv_handle_size(int type);
void uv_handle_set_data(uv_handle_t *handle, void *data);
void *uv_handle_get_data(const uv_handle_t *handle);
void uv_ref(uv_handle_t *handle);
void uv_unref(uv_handle_t *handle);
void uv_close(uv_handle_t *handle, uv_close_cb closed);

/* These return 0, or -errno. */
int uv_poll_init(uv_loop_t *loop, uv_poll_t *poll, int fd);
int uv_poll_start(uv_poll_t *poll, int events, uv_poll_cb came);
int uv_poll_stop(uv_poll_t *poll);

#endif
