// How a part of what lspci says is read, and compared with what iomap says: nothing of it may be left over.
import assert from 'node:assert/strict'

/** What iomap says of a capability, or of the header: registers and their fields by their paths. */
export interface Said {
  /** `CONTROL.ENABLE`, or a register without fields, its number. Throws for what it does not say. */
  read(path: string): unknown
  readonly remarks: readonly string[]
}

/** What a word of lspci's must be, of what iomap says. */
export type Expected = string | ((said: Said) => unknown)

/** Words of lspci's: the groups of an expression, '' of one that is not there. It need not be there where it is `maybe`. */
export interface Words {
  readonly shape: RegExp
  readonly groups: readonly Expected[]
  readonly maybe?: true
}

/** A part: words, and flags such as `Mem+`, with the fields that they are. */
export interface Part {
  readonly words?: readonly Words[]
  readonly flags?: Readonly<Record<string, string>>
}

export const words = (shape: RegExp, ...groups: readonly Expected[]): Words => ({ shape, groups })
export const maybe = (shape: RegExp, ...groups: readonly Expected[]): Words => ({
  shape,
  groups,
  maybe: true,
})

const expectedOf = (expected: Expected, said: Said): string => {
  const value = typeof expected === 'string' ? said.read(expected) : expected(said)
  return typeof value === 'boolean' ? (value ? '+' : '-') : String(value)
}

const FLAG = /(?<=^|[\s,(])([^\s,()+-](?:[^\s,()]*?[^\s,()+])?)([+-])(?=[\s,;)]|$)/g

/** Compares a part; returns how many facts it had. `where` it is, for messages. */
export const comparePart = (
  where: string,
  text: string,
  { words: all = [], flags = {} }: Part,
  said: Said,
): number => {
  let rest = text
  let facts = 0
  for (const { shape, groups, maybe: may } of all) {
    const match = shape.exec(rest)
    if (!match && may) continue
    assert.ok(match, `${where}: no ${shape} in '${rest}'`)
    assert.equal(match.length - 1, groups.length, `${where}: ${shape}`)
    for (const [i, expected] of groups.entries()) {
      assert.equal(expectedOf(expected, said), match[i + 1] ?? '', `${where}: '${match[0]}', group ${i + 1}`)
      facts++
    }
    rest = rest.replace(match[0], ' ')
  }
  rest = rest.replaceAll(FLAG, (_all, name: string, sign: string) => {
    const path = flags[name] ?? assert.fail(`${where}: lspci has a flag ${name} in '${text}'`)
    assert.equal(expectedOf(path, said), sign, `${where}: ${name}${sign}, ${path}`)
    facts++
    return ' '
  })
  assert.match(rest, /^[\s,;()]*$/, `${where}: lspci says more: '${text}'`)
  return facts
}
