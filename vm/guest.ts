import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from '../host/cleanup.js'
import { machineArguments } from './devices.js'
import { writeInitramfs } from './initramfs.js'
import { findBusybox, findKernel } from './kernel.js'
import { checkHost, startMachine } from './machine.js'
import { resolveModules } from './modules.js'
import { defaultNodeLine, findNode } from './node-lines.js'
import type { GuestOptions } from './options.js'
import { type GuestResult, Run } from './run.js'

export { HostError } from '../host/errors.js'
export { slots } from './devices.js'
export { type NodeLine, nodeLines } from './node-lines.js'
export type { GuestOptions } from './options.js'
export type { GuestResult } from './run.js'
export type { Guest } from './running.js'
export type { TraceEntry } from './trace.js'

/**
 * Boots a guest (emulated PC, real kernel, this project in it), runs a command there, gives what came of it.
 * Rejects when the guest could not be started, died, or took too long.
 */
export async function runGuest(options: GuestOptions): Promise<GuestResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'iomap-vm-'))
  const discard = () => rmSync(scratch, { recursive: true, force: true })
  const keep = atExit(discard)
  try {
    const args = await prepare(options, join(scratch, 'initrd'))
    const run = new Run(options)
    return await run.on(startMachine(args, line => run.hear(line)))
  } finally {
    keep()
    discard()
  }
}

/** Fetches and makes all that the guest needs; gives QEMU's arguments. */
async function prepare(options: GuestOptions, initrd: string): Promise<string[]> {
  const progress = options.onProgress ?? (() => {})
  await checkHost()
  const line = options.node ?? defaultNodeLine
  const kernel = await findKernel(progress)
  const contents = {
    busybox: await findBusybox(progress),
    node: await findNode(line, progress),
    modules: await resolveModules(kernel, options.modules ?? []),
    files: options.files ?? {},
    copy: options.copy ?? {},
    command: {
      words: options.command,
      env: options.env ?? {},
      input: Boolean(options.tty || options.onLine || options.onStart),
      terminal: options.tty ? terminalSize() : undefined,
    },
  }
  await writeInitramfs(initrd, contents)
  progress(`starting the guest (Linux ${kernel.release}, Node ${line})…`)
  const { memoryMiB = 2048, append = '', devices = [] } = options
  // only a boot image can set a video mode
  const image = /\bvga=/.test(append) ? kernel.bootImage : kernel.image
  return machineArguments({ image, initrd, memoryMiB, append, devices })
}

function terminalSize() {
  return { rows: process.stdout.rows ?? 24, columns: process.stdout.columns ?? 80 }
}
