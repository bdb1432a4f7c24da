import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { SlotRing } from '#io-mapping/strategies/slot-ring.js'
import { cases } from '../support/emulated.js'

/** What was laid in one call. */
interface Piece {
  readonly from: number
  readonly to: number
}

/** A ring, and what it is told of its slots and does with them. */
class Slots {
  readonly ring: SlotRing
  readonly filled: boolean[]
  readonly holds: number[]
  /** What is there, be it that it was torn down. */
  readonly pieces: (Piece | undefined)[]
  /** The runs that were torn down. */
  torn: [number, number][] = []
  /** How often a piece went in parts. */
  cuts = 0

  constructor(count: number, run: number) {
    this.filled = new Array(count).fill(false)
    this.holds = new Array(count).fill(0)
    this.pieces = new Array(count).fill(undefined)
    this.ring = new SlotRing(count, run, {
      isEmpty: slot => !this.filled[slot],
      endOf: slot => {
        assert.ok(this.filled[slot], `slot ${slot} holds something`)
        let end = slot + 1
        while (this.filled[end] && this.pieces[end] === this.pieces[slot]) end++
        return end
      },
      tearDown: (from, to) => {
        assert.ok(0 <= from && from < to && to <= count, `${from} to ${to}`)
        assert.ok(this.pieces.slice(from + run, to).every(piece => piece && piece.from < from + run))
        assert.ok(
          this.filled.slice(this.pieces[to - 1]?.from, to).includes(true),
          'the last piece needs to be torn down',
        )
        for (let slot = from; slot < to; slot++) {
          assert.equal(this.holds[slot], 0, `slot ${slot} is held`)
          this.filled[slot] = false
        }
        const areSingle = this.pieces.slice(from, to).every(piece => !piece || piece.to === piece.from + 1)
        if (!areSingle) this.lay(from, to, undefined) // else they are left to what is laid over them
        this.torn.push([from, to])
      },
    })
  }

  /** Takes and fills slots: `count` to hold, and up to `more` behind them. */
  take(count: number, more = 0): number {
    const first = this.ring.take(count)
    if (first < 0) return first
    const total = count + (more > 0 ? this.ring.takeMore(more) : 0)
    assert.ok(total <= count + more && first + total <= this.holds.length, `${total} from ${first}`)
    for (let slot = first; slot < first + total; slot++) {
      assert.deepEqual([this.holds[slot], this.filled[slot]], [0, false], `slot ${slot} is free and empty`)
      this.filled[slot] = true
    }
    this.lay(first, first + total, { from: first, to: first + total })
    for (let slot = first; slot < first + count; slot++) this.hold(slot, 'hold')
    return first
  }

  private lay(from: number, to: number, piece: Piece | undefined): void {
    for (const old of new Set(this.pieces.slice(from, to)))
      if (old !== undefined && (old.from < from || old.to > to)) this.cuts++
    this.pieces.fill(piece, from, to)
  }

  hold(slot: number, how: 'hold' | 'holdAgain'): void {
    this.ring[how](slot)
    this.holds[slot] = (this.holds[slot] ?? 0) + 1
  }

  release(...slots: number[]): void {
    for (const slot of slots) {
      this.ring.release(slot)
      this.holds[slot] = (this.holds[slot] ?? 0) - 1
    }
  }

  /** Fills all its slots, of which none is held then. */
  fill(): this {
    for (const slot of this.holds.keys()) assert.equal(this.take(1), slot)
    this.release(...this.holds.keys())
    return this
  }

  /** The longest run of slots that are not held. */
  get room(): number {
    return longest(this.holds.map(held => held === 0))
  }

  /** The longest run of slots of pieces of which nothing is held. */
  get roomInPieces(): number {
    const isFree = ({ from, to }: Piece) => this.holds.slice(from, to).every(held => held === 0)
    return longest(this.pieces.map(piece => piece === undefined || isFree(piece)))
  }
}

const longest = (those: boolean[]): number =>
  Math.max(
    ...those
      .map(each => (each ? 'x' : ' '))
      .join('')
      .split(' ')
      .map(run => run.length),
  )

const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constant('take'), fc.integer({ min: 1, max: 6 }), fc.nat({ max: 4 })),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constant('again'), fc.nat(), fc.constant(0)) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('release'), fc.nat(), fc.constant(0)) },
  ),
  { maxLength: 100 },
)

test('against a model: gives free slots in a row whenever there are as many, and tears down idle ones, in whole pieces', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 1, max: 5 }),
      steps,
      (count, run, sequence) => {
        const slots = new Slots(count, run)
        let short = false // of slots that can be had in whole pieces, once
        for (const [what, number, more] of sequence) {
          if (what === 'take') {
            const { room, roomInPieces } = slots
            short ||= roomInPieces < number
            const first = slots.take(number, more)
            assert.equal(first >= 0, room >= number, `${number} in a row, where ${room} are free`)
            assert.ok(short || slots.cuts === 0, 'a piece went in parts')
            continue
          }
          const some = [...slots.holds.keys()].filter(each =>
            what === 'again' ? slots.filled[each] : (slots.holds[each] ?? 0) > 0,
          )
          const slot = some[number % some.length]
          if (slot === undefined) continue
          if (what === 'again') slots.hold(slot, 'holdAgain')
          else slots.release(slot)
        }
      },
    ),
    { numRuns: cases(3000) },
  )
})

describe('a slot ring', () => {
  test('gives out slots in order while they are empty, and tears nothing down for it', () => {
    const slots = new Slots(8, 4)
    assert.equal(slots.ring.size, 8)
    assert.deepEqual([slots.take(3), slots.take(1), slots.take(4)], [0, 3, 4])
    assert.deepEqual(slots.torn, [])
    assert.equal(slots.take(1), -1)
    assert.deepEqual(slots.torn, [])
  })

  test('tears down a whole run in one call, and gives it out piece by piece', () => {
    const slots = new Slots(16, 4).fill()
    for (const slot of slots.holds.keys()) {
      assert.equal(slots.take(1), slot)
      assert.equal(slots.torn.length, Math.floor(slot / 4) + 1)
    }
    assert.deepEqual(slots.torn, [
      [0, 4],
      [4, 8],
      [8, 12],
      [12, 16],
    ])
  })

  test('tears down for a long run as many runs as that takes', () => {
    const slots = new Slots(16, 4).fill()
    assert.equal(slots.take(10), 0)
    assert.deepEqual(slots.torn, [
      [0, 4],
      [4, 8],
      [8, 12],
    ])
  })

  test('tears nothing down behind the last slot that holds something', () => {
    const slots = new Slots(8, 8)
    slots.release(slots.take(1), slots.take(1), slots.take(1)) // 0, 1, 2: and the rest is empty
    assert.equal(slots.take(6), 0) // not in a row from 3 on
    assert.deepEqual(slots.torn, [[0, 3]])
  })

  test('leaves held slots where they are, and goes on behind them', () => {
    const slots = new Slots(8, 4).fill()
    slots.hold(2, 'hold')
    assert.equal(slots.take(3), 3)
    assert.deepEqual(slots.torn, [
      [0, 2],
      [3, 7],
    ])
    slots.release(2)
    slots.release(3, 4, 5)
    assert.equal(slots.take(8), 0)
  })

  test('holds count: a slot is held until each hold was released', () => {
    const slots = new Slots(1, 1)
    slots.take(1)
    slots.hold(0, 'holdAgain')
    slots.release(0)
    assert.equal(slots.take(1), -1)
    slots.release(0)
    assert.equal(slots.take(1), 0)
  })

  test('a slot that was used again since the hand went by gets another round, once', () => {
    const slots = new Slots(4, 1).fill()
    const again = (slot: number) => {
      slots.hold(slot, 'holdAgain')
      slots.release(slot)
    }
    const next = () => {
      const slot = slots.take(1)
      slots.release(slot)
      return slot
    }
    again(0)
    again(2)
    assert.deepEqual([next(), next(), next(), next(), next()], [1, 3, 0, 1, 2])
    for (const slot of [0, 1, 2, 3]) again(slot)
    assert.ok(next() >= 0, 'where all were used, one goes all the same')
  })

  test('takeMore gives what is empty right behind, and tears nothing down for it', () => {
    const slots = new Slots(16, 4)
    assert.equal(slots.take(1, 10), 0)
    assert.equal(slots.filled.indexOf(false), 4)
    assert.equal(slots.take(1, 2), 4)
    assert.equal(slots.filled.indexOf(false), 7)
    assert.equal(slots.ring.takeMore(0), 0)
    assert.deepEqual(slots.torn, [])
  })

  test('what was mapped ahead and never held is given out again', () => {
    const slots = new Slots(4, 4)
    slots.release(slots.take(1, 3))
    assert.equal(slots.take(3), 0)
    assert.deepEqual(slots.torn, [[0, 4]])
  })

  test('a piece of which a slot is held stays whole; unless there is nothing else', () => {
    const slots = new Slots(8, 8)
    assert.equal(slots.take(1, 3), 0) // 0 to 3, and 0 is held
    assert.equal(slots.take(4), 4)
    slots.release(4, 5, 6, 7)
    assert.equal(slots.take(4), 4)
    assert.deepEqual([slots.torn, slots.cuts], [[[4, 8]], 0])
    assert.equal(slots.take(3), 1)
    assert.equal(slots.cuts, 1)
  })

  test('a piece goes in the next round, however many of its slots were used again', () => {
    const slots = new Slots(4, 4)
    slots.release(slots.take(1, 3))
    for (const slot of slots.holds.keys()) {
      slots.hold(slot, 'holdAgain')
      slots.release(slot)
    }
    assert.equal(slots.take(1), 0)
    assert.deepEqual([slots.torn, slots.cuts], [[[0, 4]], 0])
  })
})
