// What the addon calls of others, and which of that can be made to fail.
import { execFileSync } from 'node:child_process'

/** What native/ calls and no test makes fail; each with the reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  __errno_location: 'answers always',
  clock_gettime: 'of a clock that every Linux has',
  close: 'Linux has closed it whatever it answers',
  fallocate: 'of the file of ones, which is made once in a process, before any call is counted',
  free: 'answers nothing',
  memcpy: 'answers always',
  memset: 'answers always',
  napi_throw_error: 'tells of a failure: if it fails, nothing is left to tell with',
  napi_throw_range_error: 'as napi_throw_error',
  napi_throw_type_error: 'as napi_throw_error',
  mprotect: 'of pages that are kept as room, and need not be',
  munmap: 'of a whole mapping of its own',
  nanosleep: 'cut short, it is a shorter wait',
  napi_close_handle_scope: 'of the one that was opened last',
  napi_remove_async_cleanup_hook: 'of a hook that there is',
  napi_call_threadsafe_function: 'tells of a fault: if it fails, the next access does',
  napi_release_threadsafe_function: 'of one that there is: failing, it leaks its few bytes',
  napi_remove_env_cleanup_hook: 'of a hook that there is',
  pthread_detach: 'of a thread that there is',
  pthread_join: 'of a thread that there is, and that nobody else joins',
  pthread_mutex_lock: 'of a mutex that is there, in a thread that does not hold it',
  pthread_mutex_unlock: 'as pthread_mutex_lock',
  pthread_sigmask: 'of signals that there are',
  raise: 'ends the process',
  read: 'of a pipe, in a thread that no signal interrupts; and of a count, which fails as often as nothing has come',
  sigaddset: 'answers always',
  sigfillset: 'answers always',
  sigemptyset: 'answers always',
  sigorset: 'answers always',
  strerror: 'answers always',
  strlen: 'answers always',
  sysconf: 'of the size of a page: every system has one',
  tdelete: 'answers always',
  tfind: 'answers always',
  uv_close: 'answers nothing',
  uv_handle_get_data: 'answers always',
  uv_handle_set_data: 'answers nothing',
  uv_handle_size: 'answers always',
  uv_poll_stop: 'answers 0 always',
  uv_ref: 'answers nothing',
  uv_unref: 'answers nothing',
  write: 'of a byte to a pipe that is read later: a full one has told it already',
}

/** Which file a wrapper belongs into. */
const fileFor = (name: string): string =>
  name.startsWith('napi_')
    ? 'node-api.c'
    : /alloc$|dup$|tsearch/.test(name)
      ? 'memory.c or system.c'
      : 'system.c'

const symbols = (path: string, ...options: string[]): string[][] =>
  execFileSync('nm', ['--format=posix', ...options, path], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map(line => line.split(' '))

/** The functions that the addon at `path` takes from elsewhere; not those that only may be there, such as a profiler's. */
export const importsOf = (path: string): string[] =>
  symbols(path, '--dynamic', '--undefined-only')
    .filter(([, type]) => type === 'U')
    .map(([name = '']) => name.replace(/@.*/, ''))

/** The functions that an object file has a wrapper for. */
export const wrappedIn = (path: string): string[] =>
  symbols(path, '--defined-only').flatMap(([name = '']) => /^__wrap_(.+)/.exec(name)?.[1] ?? [])

/** What has to be done about those of `imports` that are neither wrapped nor left out, a line each. */
export const unaccounted = (imports: readonly string[], wrapped: readonly string[]): string[] =>
  imports
    .filter(name => !wrapped.includes(name) && !Object.hasOwn(LEFT_OUT, name))
    .map(
      name =>
        `native/ calls ${name}, and no test makes it fail: give it a line in test/native/inject/${fileFor(name)}, ` +
        'or in LEFT_OUT of test/native/inject/functions.ts, with the reason',
    )
