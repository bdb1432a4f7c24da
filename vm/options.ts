import type { ArchitectureName } from './architectures.js'
import type { NodeLine } from './node-lines.js'
import type { Guest } from './running.js'

export interface GuestOptions {
  /** What runs in the guest, in /io-mapping, its words passed on as they are. */
  command: string[]
  /** What kind of machine it is (default x64). */
  arch?: ArchitectureName | undefined
  /** QEMU's name of the machine: on x64 pc (the default) or q35, whose bus is PCI Express; on arm64 virt. */
  machine?: string | undefined
  /** It has an IOMMU (x64: then it is a q35). */
  iommu?: boolean | undefined
  /** Its kernel: that of Debian bookworm (the default), trixie, or on arm64 trixie-16k, whose pages are of 16 KiB. */
  kernel?: string | undefined
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
  /** A folder of the host that the guest has at /mnt/share, to read and write. */
  share?: string | undefined
  /** Record what accesses devices see: of regions that QEMU names so, or (`true`) of all BARs. */
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
