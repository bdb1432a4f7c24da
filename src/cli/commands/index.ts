import type { Commands } from './entry.js'

/** The commands by name, as the help lists them. Each is loaded when it is called: most of what it needs, the others don't. */
export const COMMANDS: Commands = {
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
  doctor: {
    description: 'tell what this machine allows, and what stands in the way of mapping a device',
    load: () => import('./doctor.js'),
  },
  config: {
    description: "show, read and write a PCI device's configuration space, by names and fields",
    load: () => import('./config.js'),
  },
  read: { description: 'read values, each by one exact bus access', load: () => import('./read.js') },
  write: { description: 'write values, each by one exact bus access', load: () => import('./write.js') },
  get: { description: 'read registers and fields by their names', load: () => import('./get.js') },
  set: { description: 'write registers and fields by their names', load: () => import('./set.js') },
  watch: { description: 'tell what changes, and when', load: () => import('./watch.js') },
  poll: { description: 'wait until a register or a field has a value', load: () => import('./poll.js') },
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
  run: { description: 'run commands from a file, in one process', load: () => import('./run.js') },
  shell: { description: 'type commands, with history and completion', load: () => import('./shell.js') },
  completion: {
    description: "print a script that completes iomap's command lines: bash, zsh, fish",
    load: () => import('./completion.js'),
  },
  complete: { description: 'what may come next', hidden: true, load: () => import('./complete.js') },
  help: { description: 'print the help of a command', load: () => import('./help.js') },
}
