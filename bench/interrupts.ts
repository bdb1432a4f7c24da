import { readFileSync } from 'node:fs'

/** How many of two kinds of interprocessor interrupts all processors have taken since the machine started. */
export interface Interrupts {
  /** Another processor's translations were to be forgotten. */
  readonly tlb: number
  /** Another processor was to call a function. */
  readonly calls: number
}

/** The sum of a line of /proc/interrupts over the processors; NaN where there is none (one processor, not x86). */
const sumOf = (text: string, name: string): number => {
  const counts = new RegExp(`^\\s*${name}:((?:\\s+\\d+)+)`, 'm').exec(text)?.[1]
  return counts === undefined
    ? Number.NaN
    : counts
        .trim()
        .split(/\s+/)
        .reduce((sum, count) => sum + Number(count), 0)
}

export const parseInterrupts = (text: string): Interrupts => ({
  tlb: sumOf(text, 'TLB'),
  calls: sumOf(text, 'CAL'),
})

export const readInterrupts = (): Interrupts => parseInterrupts(readFileSync('/proc/interrupts', 'latin1'))
