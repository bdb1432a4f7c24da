import { constants } from 'node:fs'
import { native } from './native.js'
import { systemError } from './system-error.js'

/** What is open under a descriptor; asked of the descriptor, since a path may lead elsewhere a moment later. */
export interface FileFacts {
  readonly kind: 'file' | 'device' | 'folder' | 'FIFO' | 'socket'
  /** In bytes; of a file. */
  readonly size: number
  /** Whether it is ordinary memory, the page cache. A file of sysfs or the like is a device. */
  readonly isMemory: boolean
  /** What it is mapped in multiples of, in bytes: a page, or a huge one on hugetlbfs. */
  readonly unit: number
}

const KINDS: Readonly<Record<number, FileFacts['kind']>> = {
  [constants.S_IFREG]: 'file',
  [constants.S_IFDIR]: 'folder',
  [constants.S_IFIFO]: 'FIFO',
  [constants.S_IFSOCK]: 'socket',
}

const PSEUDO_FILE_SYSTEMS = [0x62656572 /* sysfs */, 0x9fa0 /* proc */, 0x64626720 /* debugfs */]

/** Throws a SystemError. */
export const factsOf = (fd: number): FileFacts => {
  const facts = native.fileFacts(fd)
  if (typeof facts === 'number') throw systemError(-facts, 'fstat')
  const [mode, size, fileSystem, unit] = facts
  const kind = KINDS[mode & constants.S_IFMT] ?? 'device'
  return { kind, size, isMemory: kind === 'file' && !PSEUDO_FILE_SYSTEMS.includes(fileSystem), unit }
}
