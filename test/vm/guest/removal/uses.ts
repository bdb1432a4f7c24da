// What is done with a mapping while it is taken away: again and again, in loops that V8 optimises.
import { pipeline } from 'node:stream/promises'
import { type IoMapping, PAGE_SIZE } from 'io-mapping'

/** Of each mapping the first page is for what the tests leave there and look for; uses keep to the ones behind it. */
export const PLACE = 2 * PAGE_SIZE
/** What a transfer moves, from PLACE on. */
const MUCH = 4 * 1024 ** 2
const BATCH = 64

export interface Use {
  /** The call that throws when memory is lost. */
  readonly call: string
  /** Maps what it needs. The function returned makes some accesses; `n` counts its calls. */
  start(mapping: IoMapping): (n: number) => void
}

export const USES: Readonly<Record<string, Use>> = {
  read32: {
    call: 'read32',
    start: mapping => {
      const page = mapping.map(PLACE)
      return () => {
        for (let i = 0; i < BATCH; i++) page.read32(8)
      }
    },
  },
  write32: {
    call: 'write32',
    start: mapping => {
      const page = mapping.map(PLACE)
      return n => {
        for (let i = 0; i < BATCH; i++) page.write32(4 * i, n)
      }
    },
  },
  'write64 and read64': {
    call: '(write64|read64)',
    start: mapping => {
      const page = mapping.map(PLACE)
      return () => {
        for (let i = 0; i < BATCH; i++) page.write64(8 * i, page.read64(0))
      }
    },
  },
  'read8 and write16': {
    call: '(read8|write16)',
    start: mapping => {
      const page = mapping.map(PLACE)
      return () => {
        for (let i = 0; i < BATCH; i++) page.write16(2 * i, page.read8(0))
      }
    },
  },
  copyTo: {
    call: 'copyTo',
    start: mapping => {
      const window = mapping.map(PLACE, 16 * PAGE_SIZE)
      const bytes = new Uint8Array(window.length)
      return () => window.copyTo(bytes)
    },
  },
  copyFrom: {
    call: 'copyFrom',
    start: mapping => {
      const window = mapping.map(PLACE, 16 * PAGE_SIZE)
      const bytes = new Uint8Array(window.length).fill(3)
      return () => window.copyFrom(bytes)
    },
  },
  'exact copies': {
    call: '(copyTo|fill)',
    start: mapping => {
      const page = mapping.map(PLACE)
      const words = new Uint32Array(256)
      return n => {
        page.copyTo(words, { width: 4 })
        page.fill(n & 0xff, { length: 1024, width: 4 })
      }
    },
  },
  'atomic pages': {
    call: '(write32|read32|atomic)',
    start: mapping => n => {
      for (let i = 0; i < 4; i++)
        mapping.atomic(PLACE, page => {
          page.write32(0, n)
          page.read32(4)
        })
    },
  },
  'pages far apart': {
    call: '(read16|map)',
    start: mapping => {
      const pages = Math.floor(mapping.size / PAGE_SIZE) - 4
      return n => {
        const page = mapping.map(PLACE + ((n * 7919) % pages) * PAGE_SIZE)
        page.read16(6)
        page.unmap()
      }
    },
  },
}

/** What came of one: how often it went round, and what ended it, if anything did. */
export interface Used {
  readonly steps: number
  readonly thrown: unknown
}

/** Steps that are made once it is over. */
const MORE_STEPS = 50

/**
 * Goes on with `use` until it throws, or for a while after `isOver`. Calls `begun` when it has its pages: the kernel doesn't take back one
 * that is being mapped while a driver claims it (docs/reliability.md).
 */
export const goOn = (use: Use, mapping: IoMapping, begun: () => void, isOver: () => boolean): Used => {
  const step = use.start(mapping)
  step(0)
  begun()
  let steps = 1
  try {
    for (let left = MORE_STEPS; left > 0; steps++) {
      step(steps)
      if (isOver()) left--
    }
  } catch (thrown) {
    return { steps, thrown }
  }
  return { steps, thrown: undefined }
}

/** What needs the event loop; each resolves when it has gone through once. */
export const TRANSFERS: Readonly<Record<string, (mapping: IoMapping) => Promise<unknown>>> = {
  readAsync: mapping => mapping.readAsync(PLACE, MUCH),
  writeAsync: mapping => mapping.writeAsync(PLACE, new Uint8Array(MUCH)),
  'a reading stream': mapping =>
    pipeline(mapping.createReadStream(PLACE, MUCH), async pieces => {
      for await (const _ of pieces);
    }),
  'a writing stream': mapping =>
    pipeline([new Uint8Array(MUCH / 2), new Uint8Array(MUCH / 2)], mapping.createWriteStream(PLACE)),
}
