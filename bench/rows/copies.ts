import { atLeast, type Column, type Entry, NS, type Row, ratio } from '../row.js'
import { KiB, MiB } from './sizes.js'

export const COPY_SIZES = [
  ['64 B', 64],
  ['4 KiB', 4 * KiB],
  ['64 KiB', 64 * KiB],
  ['1 MiB', MiB],
  ['16 MiB', 16 * MiB],
  ['64 MiB', 64 * MiB],
] as const

export const copyRowName = (bytes: number): string => `copy-${bytes}`

const copyRow = (name: string, bytes: number): Row => {
  const args = { bytes }
  const rate: Column = { title: 'GB/s', unit: 'GB/s', of: ({ ns }) => bytes / ns }
  const ours = { peer: 'io-mapping', args: { ...args, strategy: 'permanent' } } as const
  const goal = bytes >= MiB ? atLeast(0.95) : undefined
  const entries: Entry[] = [
    { label: 'copyTo', case: 'copy-to', ...ours },
    { label: 'copyFrom', case: 'copy-from', ...ours },
    { label: 'C memcpy out', peer: 'c', case: 'copy-to', args },
    { label: 'C memcpy in', peer: 'c', case: 'copy-from', args },
    { label: 'TypedArray.set', peer: 'plain', case: 'set', args },
    { label: 'Buffer.copy', peer: 'plain', case: 'buffer-copy', args },
  ]
  return {
    name: copyRowName(bytes),
    title: `Copying ${name}`,
    about:
      `${name} out of the mapping (copyTo) and into it (copyFrom), against memcpy between the same kinds of memory; ` +
      'TypedArray.set and Buffer.copy copy ordinary memory, for orientation.',
    arena: { size: Math.max(bytes, MiB) },
    entries,
    columns: [rate, NS],
    // how fast: so the other way round than how long
    measures: [
      ratio(`copyTo, speed / memcpy's, ${name}`, 'C memcpy out', 'copyTo', goal),
      ratio(`copyFrom, speed / memcpy's, ${name}`, 'C memcpy in', 'copyFrom', goal),
    ],
  }
}

export const copyRows: readonly Row[] = COPY_SIZES.map(([name, bytes]) => copyRow(name, bytes))
