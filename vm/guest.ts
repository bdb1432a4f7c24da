import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAddon } from '../host/addon.js'
import { atExit } from '../host/cleanup.js'
import { type Architecture, defaultArchitecture, findArchitecture, findMachine } from './architectures.js'
import { machineArguments } from './devices.js'
import { writeInitramfs } from './initramfs.js'
import { fillGroups, vfioModules } from './iommu.js'
import { findBase, findKernel } from './kernel.js'
import { startMachine } from './machine.js'
import { resolveModules } from './modules.js'
import { defaultNodeLine, fetchNode } from './node-lines.js'
import type { GuestOptions } from './options.js'
import { findQemu } from './qemu.js'
import { type GuestResult, Run } from './run.js'
import { sharing } from './share.js'
import { Trace, traceArguments } from './trace.js'

export { HostError } from '../host/errors.js'
export type { ArchitectureName } from './architectures.js'
export { type NodeLine, nodeLines } from './node-lines.js'
export type { GuestOptions } from './options.js'
export { whatIsMissing } from './qemu.js'
export type { GuestResult } from './run.js'
export type { Guest } from './running.js'
export { slots } from './slots.js'
export type { TraceEntry } from './trace.js'

/**
 * Boots a guest (emulated machine, real kernel, this project in it), runs a command there, gives what came of it.
 * Rejects when the guest could not be started, died, or took too long.
 */
export async function runGuest(options: GuestOptions): Promise<GuestResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'iomap-vm-'))
  const discard = () => rmSync(scratch, { recursive: true, force: true })
  const keep = atExit(discard)
  try {
    const architecture = options.arch ? findArchitecture(options.arch) : defaultArchitecture
    const qemu = await findQemu(architecture, options.onProgress ?? (() => {}))
    const args = await prepare(options, architecture, join(scratch, 'initrd'))
    const run = new Run(options, new Trace(options.trace ?? false, architecture.portsAt))
    return await run.follow(startMachine(qemu, args, line => run.hear(line)))
  } finally {
    keep()
    discard()
  }
}

/** Fetches and makes all that the guest needs; gives QEMU's arguments. */
async function prepare(options: GuestOptions, architecture: Architecture, initrd: string): Promise<string[]> {
  const progress = options.onProgress ?? (() => {})
  const line = options.node ?? defaultNodeLine
  const { memoryMiB = 2048, append = '', devices = [], modules = [] } = options
  const machine = findMachine(architecture, options.machine, options.iommu)
  const share = options.share === undefined ? undefined : sharing(options.share)
  const more = [...devices, ...(share?.devices ?? []), ...(options.trace ? traceArguments : [])]
  if (architecture.name !== process.arch) buildAddon(architecture.name)
  const kernel = await findKernel(architecture, options.kernel, progress)
  writeInitramfs(initrd, {
    architecture,
    base: await findBase(architecture, progress),
    node: await fetchNode(line, architecture.name, progress),
    release: kernel.release,
    modules: await resolveModules(kernel, [
      ...(share?.modules ?? []),
      ...(options.iommu ? vfioModules : []),
      ...modules,
    ]),
    files: options.files ?? {},
    copy: options.copy ?? {},
    command: {
      words: options.command,
      env: options.env ?? {},
      input: Boolean(options.tty || options.onLine || options.onStart),
      terminal: options.tty ? terminalSize() : undefined,
      first: share?.first ?? [],
      early: options.iommu ? [fillGroups] : [],
    },
  })
  progress(`starting the guest (Linux ${kernel.release} on ${architecture.name}, Node ${line})…`)
  // only a boot image can set a video mode
  const image = /\bvga=/.test(append) ? kernel.bootImage : kernel.image
  return machineArguments({ architecture, machine, image, initrd, memoryMiB, append, more })
}

function terminalSize() {
  return { rows: process.stdout.rows ?? 24, columns: process.stdout.columns ?? 80 }
}
