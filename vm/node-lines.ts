import { join } from 'node:path'
import { cached } from '../host/cache.js'
import { HostError } from '../host/errors.js'
import { unpackFromNpm } from '../host/npm.js'

export const nodeLines = [20, 22, 24, 26] as const
export type NodeLine = (typeof nodeLines)[number]

const ownMajor = Number(process.versions.node.split('.')[0])

export const defaultNodeLine: NodeLine = nodeLines.find(line => line === ownMajor) ?? 24

/** The path of a node binary of that line for this machine: this process's own if it is of it, else from npm. */
export async function findNode(line: NodeLine, progress: (text: string) => void): Promise<string> {
  return line === ownMajor ? process.execPath : fetchNode(line, process.arch, progress)
}

/** The path of a node binary of that line for that processor, from the cache or fetched from npm. */
export async function fetchNode(
  line: NodeLine,
  arch: string,
  progress: (text: string) => void,
): Promise<string> {
  if (!nodeLines.includes(line)) {
    throw new HostError(`no Node ${line} for the guest: choose one of ${nodeLines.join(', ')}`)
  }
  const folder = await cached(`.vm/${arch}/node-${line}`, async draft => {
    progress(`downloading Node ${line} for ${arch}…`)
    await unpackFromNpm(`node-linux-${arch}@${line}`, draft, ['package/bin/node'])
  })
  return join(folder, 'package', 'bin', 'node')
}
