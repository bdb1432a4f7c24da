// The names of a field's values, beside each other.
import type { Name, Names } from '../model.js'
import type { XmlNode } from '../xml/node.js'

type Collected = Name & { readonly values: number[] | 'others' }

/** One for each value, and one for all others: of several the first counts. */
export class ValueNames {
  readonly #names = new Map<string, Collected>()
  readonly #owners = new Map<number, string>()

  /** Adds a name, or, if it is there already, these values to it. @throws Oddity */
  add(node: XmlNode, values: readonly number[]): void {
    const { name } = node
    const known = this.#names.get(name) ?? { ...aboutOf(node), values: [] }
    if (known.values === 'others') throw node.fail(`its name ${name.slice(0, 80)} is for all other values`)
    this.#names.set(name, known)
    const taken = values.find(value => (this.#owners.get(value) ?? name) !== name)
    if (taken !== undefined)
      node.warn(
        `its value ${taken} has the name ${this.#owners.get(taken)?.slice(0, 80)}`,
        'that value is left out',
      )
    for (const value of values) {
      if (this.#owners.has(value)) continue
      this.#owners.set(value, name)
      known.values.push(value)
    }
  }

  /** Adds the name of all other values. @throws Oddity */
  addOthers(node: XmlNode): void {
    const { name } = node
    if (this.#names.has(name))
      throw node.fail(`it is for all other values, and ${name.slice(0, 80)} has values already`)
    for (const other of this.#names.values())
      if (other.values === 'others')
        throw node.fail(`it is for all other values, and so is ${other.name.slice(0, 80)}`)
    this.#names.set(name, { ...aboutOf(node), values: 'others' })
  }

  get all(): Names {
    return [...this.#names.values()].filter(({ values }) => values.length > 0)
  }
}

const aboutOf = (node: XmlNode) => ({ name: node.name, description: node.text('description') ?? '' })
