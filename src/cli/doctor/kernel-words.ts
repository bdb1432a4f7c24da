// The words that Linux was started with.
import { type Remedy, type } from './check.js'
import type { System } from './system.js'

/** Those of /proc/cmdline up to --, behind which they are init's. Throws Unreadable. */
export const kernelWords = (system: System): string[] => {
  const words = system.text('/proc/cmdline').trim().split(/\s+/)
  const end = words.indexOf('--')
  return end < 0 ? words : words.slice(0, end)
}

/** By the tool that a distribution has for it. */
const TOOLS: readonly (readonly [tool: string, commands: (word: string) => string[]])[] = [
  [
    '/usr/sbin/update-grub',
    word => [
      `echo 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX ${word}"' >> /etc/default/grub`,
      'update-grub && reboot',
    ],
  ],
  ['/usr/sbin/grubby', word => [`grubby --update-kernel=ALL --args=${word}`, 'reboot']],
]

/** How Linux is started with one more. */
export const startWith = (system: System, word: string): Remedy => {
  const [, commands] = TOOLS.find(([tool]) => system.isThere(tool)) ?? []
  return commands ? type(...commands(word)) : { advice: `start Linux with ${word}, by its boot loader` }
}
