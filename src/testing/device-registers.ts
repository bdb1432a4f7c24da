import type { BlockSpec } from '../registers/block.js'
import type { Word } from '../registers/index.js'
import type { Found } from '../registers/part.js'
import type { Plan } from '../registers/plan.js'
import { Port } from '../registers/port.js'
import { badArgument, IoMappingError } from '../system/errors.js'
import { hex } from '../system/numbers.js'
import type { Access } from './access.js'
import type { Where } from './fault.js'
import type { Memory } from './memory.js'
import { type Semantics, semanticsOf } from './semantics.js'

/** Of what a hook returns, undefined is no answer. */
type ReadHook = (() => Word) | (() => void)
type WriteHook = (written: Word) => void

/** A register of a simulated device. */
class DeviceRegister implements Where {
  readonly path: string
  readonly offset: number
  readonly width: number
  readonly readable: boolean
  readonly writable: boolean
  onRead: ReadHook | undefined
  onWrite: WriteHook | undefined
  /** Write-only, on the place of one that can be read: what is held there is the other's. */
  hidden = false
  readonly #port: Port
  readonly #plan: Plan
  readonly #semantics: Semantics
  readonly #resetValue: Word

  constructor({ description, plan, path, offset, order }: Found, memory: Memory) {
    this.path = path
    this.offset = offset
    this.width = plan.bits / 8
    this.readable = plan.readable
    this.writable = plan.writable
    this.#port = new Port(memory, offset, plan.bits, order)
    this.#plan = plan
    this.#semantics = semanticsOf(description)
    this.#resetValue = description.resetValue
  }

  reset(): void {
    if (!this.hidden) this.#port.write(this.#resetValue)
  }

  /** What a driver's read gives, in the order of bytes of the bus. */
  read(): Word {
    const given = this.onRead?.() as Word | undefined
    const call = `onRead: the hook's answer for ${this.path}`
    const answer = given === undefined ? undefined : this.#plan.checkRaw(call, given)
    const held = BigInt(this.#port.read())
    this.#hold(this.#semantics.afterRead(held))
    return this.#port.turned(answer ?? this.#word(this.#semantics.answer(held)))
  }

  write(given: Word): void {
    const written = this.#port.turned(given)
    if (!this.hidden) this.#hold(this.#semantics.afterWrite(BigInt(this.#port.read()), BigInt(written)))
    this.onWrite?.(written)
  }

  #hold(value: bigint): void {
    this.#port.write(this.#word(BigInt.asUintN(this.#port.bits, value)))
  }

  #word(value: bigint): Word {
    return this.width === 8 ? value : Number(value)
  }
}

const GRANULE = 8

const overlap = (one: Where, other: Where): boolean =>
  one.offset < other.offset + other.width && other.offset < one.offset + one.width

/** The registers of a simulated device, by where they are. */
export class DeviceRegisters {
  readonly #all: readonly DeviceRegister[]
  /** An aligned access lies in one granule. */
  readonly #granules = new Map<number, DeviceRegister[]>()

  constructor(spec: BlockSpec, memory: Memory) {
    this.#all = Array.from(spec.find({ base: 0, path: '' }), found => new DeviceRegister(found, memory))
    for (const register of this.#all) {
      const granule = Math.floor(register.offset / GRANULE)
      const others = this.#granules.get(granule)
      if (others) others.push(register)
      else this.#granules.set(granule, [register])
    }
    for (const register of this.#all)
      register.hidden =
        !register.readable &&
        this.#near(register.offset).some(each => each.readable && overlap(each, register))
    this.reset()
  }

  reset(): void {
    for (const register of this.#all) register.reset()
  }

  hook(call: 'onRead' | 'onWrite', where: Where, hook: ReadHook | WriteHook): void {
    if (typeof hook !== 'function') throw badArgument(`${call}: the hook`, hook, 'a function')
    const direction = call === 'onRead' ? 'readable' : 'writable'
    const register = this.#at(where?.offset, where?.width).find(each => each[direction])
    if (!register)
      throw badArgument(`${call}: the register`, where, `a ${direction} register of device.state`)
    register[call] = hook as never
  }

  /** The register that an access is to; undefined if it is to none. Throws if it is to a part of one, or the wrong way. */
  find(
    call: string,
    device: string,
    kind: Access['kind'],
    offset: number,
    width: number,
  ): DeviceRegister | undefined {
    const exact = this.#at(offset, width)
    const register = exact.find(each => (kind === 'read' ? each.readable : each.writable))
    if (register) return register
    if (exact[0]) {
      const [code, only] =
        kind === 'read'
          ? (['ERR_IO_WRITE_ONLY', 'write-only'] as const)
          : (['ERR_IO_READ_ONLY', 'read-only'] as const)
      throw new IoMappingError(code, `${call}: ${exact[0].path} of ${device}, at ${hex(offset)}, is ${only}`)
    }
    const other = this.#near(offset).find(each => overlap(each, { offset, width }))
    if (!other) return undefined
    throw new IoMappingError(
      'ERR_IO_WIDTH',
      `${call}: ${width * 8} bits at ${hex(offset)} of ${device} are not ${other.path}, which takes accesses of ` +
        `${other.width * 8} bits at ${hex(other.offset)}`,
    )
  }

  #near(offset: number): readonly DeviceRegister[] {
    return this.#granules.get(Math.floor(offset / GRANULE)) ?? []
  }

  #at(offset: number, width: number): DeviceRegister[] {
    return this.#near(offset).filter(each => each.offset === offset && each.width === width)
  }
}
