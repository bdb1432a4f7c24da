import type { ArchitectureName } from './architectures.js'
import type { NodeLine } from './node-lines.js'
import type { Guest } from './running.js'

export interface GuestOptions {
  /** What runs in the guest, in /io-mapping, its words passed on as they are. */
  command: string[]
  /** What kind of machine it is (default x64). */
  arch?: ArchitectureName | undefined
  /** The size of its kernel's pages: 4k (the default), or on arm64 16k. */
  pages?: string | undefined
  /** The line of Node.js that the guest has (default: this process's own if that is one of them, else 24). */
  node?: NodeLine | undefined
  /** Kernel modules to load first, with what they depend on, in that order. */
  modules?: string[] | undefined
  /** More arguments for QEMU, such as `['-device', 'edu']`. */
  devices?: string[] | undefined
  memoryMiB?: number | undefined
  /** More words for the kernel's command line. */
  append?: string | undefined
  env?: Record<string, string> | undefined
  /** More files (mode 755): path in the guest, content. */
  files?: Record<string, string | Uint8Array> | undefined
  /** More files and folders: path in the guest, path on the host. */
  copy?: Record<string, string> | undefined
  /** Record what accesses devices see: of regions that QEMU names so, or (`true`) of the standard devices. */
  trace?: boolean | string[] | undefined
  /** How long the guest may take (default 120; 0: for ever). */
  timeoutSeconds?: number | undefined
  /** Give the command a terminal of its own: job control, ^C, and lines that end in CR LF. */
  tty?: boolean | undefined
  /** Called for each line of output, one after another: a promise holds back the next. */
  onLine?: ((line: string, guest: Guest) => void | Promise<void>) | undefined
  /** Called when the guest is ready, just before its command starts. */
  onStart?: ((guest: Guest) => void | Promise<void>) | undefined
  /** Called with the output as it comes. */
  onOutput?: ((piece: Buffer) => void) | undefined
  /** Called with what is being done that takes long. */
  onProgress?: ((text: string) => void) | undefined
}
