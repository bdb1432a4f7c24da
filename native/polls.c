#include "polls.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "counts.h"
#include "environment.h"
#include "js.h"
#include "libuv.h"

/* A descriptor that the event loop watches. Two have it: JavaScript, and libuv, which lets go some time after it was told to. */
struct poll {
  napi_env env;
  struct environment *environment;
  uv_poll_t *handle; /* NULL once it is closed */
  int fd;
  size_t width;
  double *tally; /* counts.h */
  napi_ref kept; /* whose memory that is */
  napi_ref callback;
  napi_ref owner;  /* of the descriptor: collected together, it could be closed first, and its number be watched as another's */
  bool is_held;    /* the callback: while it is waited for; else it is JavaScript's alone */
  bool is_started; /* the loop watches it; unless it is waited for, only until something comes */
  bool is_awaited;
  unsigned holders;
  struct poll *next; /* of those of the environment that are not closed */
};

static void drop(struct poll *poll) {
  if (--poll->holders == 0) free(poll);
}

/* Node waits for the loop, at the environment's end, until this is told. */
static void end_if_last(struct environment *environment) {
  if (!environment->polls_end || environment->polls_closing != 0) return;
  (void)napi_remove_async_cleanup_hook(environment->polls_hook); /* can't fail: it is there */
  environment->polls_end = false;
}

static void on_closed(uv_handle_t *handle) {
  struct poll *poll = uv_handle_get_data(handle);
  struct environment *environment = poll->environment;
  free(handle);
  drop(poll);
  environment->polls_closing--;
  end_if_last(environment);
}

static bool hold(struct poll *poll) {
  uint32_t count;
  if (!poll->is_held) poll->is_held = js_ok(poll->env, napi_reference_ref(poll->env, poll->callback, &count));
  return poll->is_held;
}

/* Nobody waits for it any more. The loop may watch on, which costs nothing until something comes. */
static void forgo(struct poll *poll) {
  uint32_t count;
  if (poll->is_awaited) uv_unref((uv_handle_t *)poll->handle);
  poll->is_awaited = false;
  /* Failing, it is let go the next time. */
  if (poll->is_held) poll->is_held = napi_reference_unref(poll->env, poll->callback, &count) != napi_ok;
}

static void stop(struct poll *poll) {
  if (poll->is_started) (void)uv_poll_stop(poll->handle); /* always answers 0 */
  poll->is_started = false;
}

/* The descriptor can be closed at once. */
static void close_poll(struct poll *poll) {
  if (poll->handle == NULL) return;
  struct poll **link = &poll->environment->polls;
  while (*link != poll) link = &(*link)->next;
  *link = poll->next;
  forgo(poll);
  stop(poll);
  poll->environment->polls_closing++;
  uv_close((uv_handle_t *)poll->handle, on_closed);
  poll->handle = NULL;
}

static void end_with_environment(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  struct environment *environment = data;
  environment->polls_end = true;
  while (environment->polls != NULL) close_poll(environment->polls);
  end_if_last(environment);
}

/* JavaScript has it no more. */
static void abandon(napi_env env, struct poll *poll) {
  /* Failing, they leak their few bytes, and the descriptor. */
  if (poll->callback != NULL) (void)napi_delete_reference(env, poll->callback);
  if (poll->owner != NULL) (void)napi_delete_reference(env, poll->owner);
  if (poll->kept != NULL) (void)napi_delete_reference(env, poll->kept);
  drop(poll);
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)hint;
  struct poll *poll = data;
  close_poll(poll);
  abandon(env, poll);
}

/* The loop watches it. Again, it does nothing. */
static int start(struct poll *poll);

/* Calls `callback` as the event loop does: promises that it settles go on when it returns. What it throws, no one else would hear. */
static void call(napi_env env, napi_value callback, int error) {
  napi_value self, argument, thrown;
  if (napi_get_global(env, &self) != napi_ok) return;
  size_t count = napi_create_int32(env, error, &argument) == napi_ok ? 1 : 0;
  if (napi_make_callback(env, NULL, self, callback, count, &argument, NULL) != napi_pending_exception) return;
  if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok) (void)napi_fatal_exception(env, thrown);
}

/* Takes what came, here, which spares who waits a way into the addon and back, and tells of it. */
static void take(struct poll *poll, napi_value callback) {
  int error = counts_take(poll->fd, poll->width, poll->tally);
  if (error == EAGAIN) { /* someone else has taken it: waited for still, also where libuv has stopped */
    error = start(poll);
    if (error == 0) return;
  }
  forgo(poll);
  call(poll->env, callback, error); /* which may close it */
}

/* Something came. Nobody waits: it stays in the descriptor, and the loop does not ask again. */
static void on_event(uv_poll_t *handle, int status, int events) {
  (void)events; /* an error, too: whoever reads is told */
  struct poll *poll = uv_handle_get_data((uv_handle_t *)handle);
  if (status < 0) poll->is_started = false; /* libuv has stopped it */
  napi_env env = poll->env;
  napi_handle_scope scope;
  napi_value callback = NULL;
  if (!poll->is_awaited) {
    stop(poll);
    return;
  }
  if (napi_open_handle_scope(env, &scope) != napi_ok) return; /* it comes again, unless it was an error */
  bool is_there = napi_get_reference_value(env, poll->callback, &callback) == napi_ok && callback != NULL;
  if (is_there) take(poll, callback);
  (void)napi_close_handle_scope(env, scope);
}

static int start(struct poll *poll) {
  int error = poll->is_started ? 0 : -uv_poll_start(poll->handle, UV_READABLE, on_event);
  if (error == 0) poll->is_started = true;
  return error;
}

static bool is_hooked(napi_env env, struct environment *environment) {
  if (environment->polls_hook != NULL) return true;
  return js_ok(env, napi_add_async_cleanup_hook(env, end_with_environment, environment, &environment->polls_hook));
}

/* Of a poll whose handle is libuv's from here on. */
static int begin(napi_env env, struct poll *poll) {
  uv_loop_t *loop = NULL;
  if (napi_get_uv_event_loop(env, (struct uv_loop_s **)&loop) != napi_ok) return ENOTSUP;
  poll->handle = malloc(uv_handle_size(UV_POLL));
  if (poll->handle == NULL) return ENOMEM;
  int error = -uv_poll_init(loop, poll->handle, poll->fd);
  if (error != 0) {
    free(poll->handle);
    poll->handle = NULL;
    return error;
  }
  uv_handle_set_data((uv_handle_t *)poll->handle, poll);
  uv_unref((uv_handle_t *)poll->handle);
  poll->holders++;
  poll->next = poll->environment->polls;
  poll->environment->polls = poll;
  return 0;
}

/* createPoll(fd, width: 4 | 8, tally: Float64Array, owner: object, callback): Poll, or -errno — closed when it is collected, if not before;
   until then the descriptor's owner and the tally are kept. JavaScript keeps the callback */
napi_value polls_create(napi_env env, napi_callback_info info) {
  napi_value arguments[5], result;
  uint32_t fd, width;
  double *tally;
  struct environment *environment = environment_of(env);
  if (environment == NULL || !js_arguments(env, info, 5, arguments) || !js_uint32(env, arguments[0], &fd) ||
      !js_uint32(env, arguments[1], &width) || !js_doubles(env, arguments[2], TALLY_LENGTH, &tally) || !is_hooked(env, environment)) {
    return NULL;
  }
  struct poll *poll = calloc(1, sizeof *poll);
  if (poll == NULL) return js_int(env, -ENOMEM);
  *poll = (struct poll){.env = env, .environment = environment, .fd = (int)fd, .width = width, .tally = tally, .holders = 1};
  napi_value answer = NULL;
  if (js_ok(env, napi_create_reference(env, arguments[2], 1, &poll->kept)) &&
      js_ok(env, napi_create_reference(env, arguments[3], 1, &poll->owner)) &&
      js_ok(env, napi_create_reference(env, arguments[4], 0, &poll->callback))) {
    int error = begin(env, poll);
    if (error == 0 && js_ok(env, napi_create_external(env, poll, finalize, NULL, &result))) return result;
    if (error != 0) answer = js_int(env, -error);
  }
  close_poll(poll);
  abandon(env, poll);
  return answer;
}

/* waitPoll(poll, keeps: 0 | 1): errno, or 0 — waits for what comes. Then it adds that to the tally, and calls the callback, once: with 0; with
   the errno of reading it; with nothing, if there is no memory for a number. With `keeps` the program goes on until then. A call while it
   waits already does nothing */
napi_value polls_wait(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  uint32_t keeps;
  if (!js_arguments(env, info, 2, arguments) || !js_uint32(env, arguments[1], &keeps)) return NULL;
  struct poll *poll = js_external(env, arguments[0]);
  if (poll == NULL) return NULL;
  if (poll->handle == NULL) return js_int(env, EBADF);
  napi_value done = js_int(env, 0); /* first: who is not told that it waits would not end that */
  if (done == NULL || poll->is_awaited) return done;
  int error = start(poll);
  if (error != 0) return js_int(env, error);
  if (!hold(poll)) return NULL;
  poll->is_awaited = true;
  if (keeps != 0) uv_ref((uv_handle_t *)poll->handle);
  return done;
}

/* stopPoll(poll): void — the callback is not called, unless it is waited for again */
napi_value polls_stop(napi_env env, napi_callback_info info) {
  struct poll *poll = js_external_argument(env, info);
  if (poll != NULL && poll->handle != NULL) forgo(poll);
  return NULL;
}

/* closePoll(poll): void — ends it; the descriptor can be closed then. Again, it does nothing */
napi_value polls_close(napi_env env, napi_callback_info info) {
  struct poll *poll = js_external_argument(env, info);
  if (poll != NULL) close_poll(poll);
  return NULL;
}
