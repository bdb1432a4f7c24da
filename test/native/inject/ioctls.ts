import assert from 'node:assert/strict'
import { PAGE_SIZE } from 'io-mapping'
import { Descriptor } from '#io-mapping/system/descriptor.js'
import { answerOf } from '#io-mapping/system/ioctl.js'
import { native } from '#io-mapping/system/native.js'
import { telling } from '#io-mapping/system/refusal.js'
import { viewOf } from '#io-mapping/system/typed-arrays.js'

/** Calls that are harmless: Linux's asm-generic/ioctls.h and nsfs.h. */
const FIONREAD = 0x541b
const FIOCLEX = 0x5451
const NS_GET_USERNS = 0xb701

/** Where the record has an address. */
const FIELD = 8

/** Asks how much of `fd` is left to be read, by a call that has a record; and what that has at FIELD then. */
const left = (ask: (record: Uint8Array) => number): { size: number; address: bigint } => {
  const record = new Uint8Array(16)
  const view = viewOf(record)
  answerOf('FIONREAD', ask(record))
  return { size: view.getUint32(0, true), address: view.getBigUint64(FIELD, true) }
}

const askMemory = (fd: number): void => {
  const target = new Uint8Array(64)
  const plain = left(record => native.ioctl(fd, FIONREAD, record))
  assert.deepEqual(plain, { size: PAGE_SIZE, address: 0n })
  const pointing = left(record => native.ioctlPointing(fd, FIONREAD, record, FIELD, target))
  assert.deepEqual(pointing, { size: PAGE_SIZE, address: BigInt(native.addressOf(target)) })
  const pages = left(record => native.ioctlPages(fd, FIONREAD, record, FIELD, fd, 0, PAGE_SIZE, 1))
  assert.ok(pages.address > 0n && pages.address % BigInt(PAGE_SIZE) === 0n)
  assert.equal(pages.size, PAGE_SIZE)
  assert.equal(answerOf('FIOCLEX', native.ioctlWord(fd, FIOCLEX, 0)), 0)
}

/** One that opens a descriptor: this process's user namespace. */
const openByCall = (): Descriptor => {
  const namespace = Descriptor.open('/proc/self/ns/net', 0)
  try {
    return new Descriptor('NS_GET_USERNS', owner =>
      native.ioctlOpen(owner, namespace.fd, NS_GET_USERNS, new Uint8Array(8)),
    )
  } finally {
    namespace.close()
  }
}

/** All of them. Throws as of a device. */
export const askAll = (): void =>
  telling('the file', { to: 'asked' }, () => {
    const memory = Descriptor.memory(PAGE_SIZE)
    try {
      askMemory(memory.fd)
      openByCall().close()
    } finally {
      memory.close()
    }
  })
