import { readFileSync, statSync } from 'node:fs'
import { Failure } from '../failure.js'
import { openInput, STDIN } from '../files/input.js'
import { remember } from '../session.js'
import { readComponent } from './ipxact/read-component.js'
import { readCsrs } from './litex/read-csrs.js'
import type { Device } from './model.js'
import { readDevice } from './svd/read-device.js'
import type { XmlNode } from './xml/node.js'
import { parseXml } from './xml/parse.js'

/** The largest that vendors publish have some 20 MiB. */
const BYTES_MAX = 64 * 1024 ** 2

/** The kinds of XML files, by their outermost elements. */
const XML_FILES: Readonly<Record<string, (root: XmlNode) => Device>> = {
  device: readDevice,
  component: readComponent,
}

/**
 * Reads a register file, or what `bytes` has of it: SVD, IP-XACT, or LiteX's csr.json, as its content says. Registers are read when a peripheral's are asked for; what is
 * wrong in one element costs that element.
 * @throws Failure, which names the place
 */
export const readRegisterFile = (path: string, bytes = readBytes(path)): Device => {
  if (/^\s*\{/.test(bytes.subarray(0, 100).toString('utf8'))) return readCsrs(path, bytes.toString('utf8'))
  const root = parseXml(path, bytes)
  const read = Object.hasOwn(XML_FILES, root.tag) ? XML_FILES[root.tag] : undefined
  if (read) return read(root)
  throw root.fail(
    `its outermost element is <${root.tag.slice(0, 40)}>; an SVD file has <device>, an IP-XACT file <component>`,
  )
}

/** What standard input has, if it is what `path` means: for a session, since it can be read but once. A file is read when it is needed. */
export const stdinBytes = async (path: string): Promise<Buffer | undefined> =>
  path === STDIN ? await remember('the register file of standard input', readStdin) : undefined

const readStdin = async (): Promise<Buffer> => {
  await using input = await openInput(STDIN, BYTES_MAX)
  if (input.length > BYTES_MAX) throw tooLong(`${input.name} is longer`)
  const bytes = Buffer.alloc(input.length)
  await input.read(bytes, 0)
  return bytes
}

const tooLong = (what: string): Failure =>
  new Failure(`${what}; a description of more than ${BYTES_MAX} bytes is not read`)

const readBytes = (path: string): Buffer => {
  const status = statSync(path)
  if (!status.isFile()) throw new Failure(`${path} is not an ordinary file`)
  if (status.size > BYTES_MAX) throw tooLong(`${path} has ${status.size} bytes`)
  return readFileSync(path)
}
