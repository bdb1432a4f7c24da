// Which kernel modules say that they can drive a device: those whose aliases fit, whether they are loaded or not.
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'

/** `alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e` */
const ALIAS = /^alias (pci:\S+) (\S+)$/gm

interface Alias {
  readonly pattern: string
  readonly name: string
}

/** Whether a text fits a pattern, in which * stands for anything. */
const fits = (text: string, pattern: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`).test(text)

const escaped = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')

/** The part of a modalias that nearly all patterns name: looked at first, since a system has ten thousand. */
const VENDOR = 'pci:v00000000'.length

/** The aliases of a system's kernel modules. */
export class KernelModules {
  readonly #aliases = new Map<string, Alias[]>()

  /** @param text of a modules.alias */
  constructor(text: string) {
    for (const [, pattern = '', name = ''] of text.matchAll(ALIAS)) {
      const key = pattern.slice(0, VENDOR)
      const start = key.includes('*') ? '' : key
      const others = this.#aliases.get(start)
      if (others) others.push({ pattern, name })
      else this.#aliases.set(start, [{ pattern, name }])
    }
  }

  /** By what a device's `modalias` in sysfs says. */
  for(modalias: string): string[] {
    const near = [modalias.slice(0, VENDOR), ''].flatMap(start => this.#aliases.get(start) ?? [])
    return [...new Set(near.filter(({ pattern }) => fits(modalias, pattern)).map(({ name }) => name))]
  }
}

/** Those of the running kernel; none where they are not installed, as in a container. */
export const installedModules = (root = '/lib/modules'): KernelModules => {
  try {
    return new KernelModules(readFileSync(join(root, release(), 'modules.alias'), 'utf8'))
  } catch {
    return new KernelModules('')
  }
}
