import { constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Descriptor } from '../../system/descriptor.js'
import { telling } from '../../system/refusal.js'
import { linkedName, numbersIn } from '../sysfs.js'
import type { SystemRoot } from '../system-root.js'
import { ATTRIBUTE_REASONS, NODE_REASONS } from './reasons.js'

/** A UIO device's folder in sysfs. */
export class UioFolder {
  /** How messages call it. */
  readonly name: string
  readonly #path: string
  /** Its device node. */
  readonly node: string

  constructor(
    readonly index: number,
    readonly root: SystemRoot,
  ) {
    this.name = `uio:${index}`
    this.#path = join(root.sys, 'class/uio', `uio${index}`)
    this.node = join(root.dev, `uio${index}`)
  }

  /** What one of its files says. Throws an IoMappingError. */
  attribute(name: string): string {
    const asked = { to: 'read', reasons: ATTRIBUTE_REASONS }
    return telling(`The ${name} of ${this.name}`, asked, () =>
      readFileSync(join(this.#path, name), 'utf8').trim(),
    )
  }

  /** The numbers of its folders called `prefix` and a number, in `name`; none where that is not there. */
  numbers(name: string, prefix: string): number[] {
    return numbersIn(join(this.#path, name), prefix)
  }

  /** The name of the folder that a link of the device itself leads to, such as its driver; undefined where there is none. */
  linked(name: string): string | undefined {
    return linkedName(join(this.#path, 'device', name))
  }
}

/** Its node, to read and write; `name` is to be `to`, for the message. Throws an IoMappingError. */
export const openNode = ({ node }: UioFolder, name: string, to: string): Descriptor =>
  telling(name, { to, writable: true, reasons: NODE_REASONS }, () => Descriptor.open(node, constants.O_RDWR))
