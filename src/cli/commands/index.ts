import type { Command } from 'commander'

interface CommandModule {
  /** Gives a command its arguments, options and action. */
  define(command: Command): void
}

interface CommandEntry {
  readonly description: string
  readonly load: () => Promise<CommandModule>
}

/** The commands by name, as the help lists them. Each is loaded when it is called: most of what it needs, the others don't. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  demo: {
    description: 'draw a picture into device memory, check it, and save it as demo.png',
    load: () => import('./demo.js'),
  },
  list: {
    description: "list this machine's devices: PCI with their BARs, and those of the device tree",
    load: () => import('./list.js'),
  },
  info: {
    description: 'tell what an aperture is: bus address, size, memory types, device, resources',
    load: () => import('./info.js'),
  },
  read: { description: 'read values, each by one exact bus access', load: () => import('./read.js') },
  write: { description: 'write values, each by one exact bus access', load: () => import('./write.js') },
  dump: {
    description: 'show memory in hexadecimal, or save it in a file',
    load: () => import('./dump.js'),
  },
  load: { description: 'write a file into device memory', load: () => import('./load.js') },
  fill: {
    description: 'write one value all over a range, each by one exact bus access',
    load: () => import('./fill.js'),
  },
  search: {
    description: 'find a value, a text or bytes in device memory',
    load: () => import('./search.js'),
  },
  compare: {
    description: 'compare two snapshots, or memory with one',
    load: () => import('./compare.js'),
  },
  image: { description: 'save a framebuffer as a PNG', load: () => import('./image.js') },
  svd: {
    description: "write a chip's registers as TypeScript, from its vendor's SVD file",
    load: () => import('./svd.js'),
  },
  help: { description: 'print the help of a command', load: () => import('./help.js') },
}
