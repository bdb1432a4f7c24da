// The kernel's own word for how ranges of devices are mapped: on x86 by all processes together; on arm64, where a mapping's type is
// its own business, by this one, whose /proc/self/maps names what each mapping is of.
import { readFileSync } from 'node:fs'

const LIST = '/sys/kernel/debug/x86/pat_memtype_list'

export interface MemoryTypeRange {
  readonly start: number
  readonly end: number
  readonly type: string
}

const number = (text = '') => Number.parseInt(text, 16)

const all = (): MemoryTypeRange[] =>
  [...readFileSync(LIST, 'utf8').matchAll(/\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] (.+)/g)].map(
    ([, start, end, type = '']) => ({ start: number(start), end: number(end), type }),
  )

/** Of files of sysfs, whose offset is told as the address on the bus. */
const LINE = /^(\w+)-(\w+) \S+ (\w+) \S+ \d+ +\S+\/resource\d(_wc)?$/gm

const own = (): MemoryTypeRange[] =>
  [...readFileSync('/proc/self/maps', 'utf8').matchAll(LINE)].map(([, from, to, offset, combines]) => {
    const start = number(offset)
    const type = combines === undefined ? 'uncached' : 'write-combining'
    return { start, end: start + number(to) - number(from), type }
  })

/** Those that lie within `size` bytes from `base` on, or across an edge of it; one for each mapping. */
export const memoryTypesOf = ({ base, size }: { base: number; size: number }): MemoryTypeRange[] =>
  (IS_X86 ? all() : own()).filter(({ start, end }) => start < base + size && end > base)

export const IS_X86 = process.arch === 'x64'

/** Why a test of what only x86 has is skipped; false there. */
export const onX86 = (why: string): string | false => !IS_X86 && `x86's: ${why}`
