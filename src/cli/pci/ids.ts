import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** Where Linux distributions keep the names of PCI devices. */
const PLACES = [
  '/usr/share/misc/pci.ids',
  '/usr/share/hwdata/pci.ids',
  '/usr/share/pci.ids',
  '/usr/share/misc/pci.ids.gz',
  '/usr/share/hwdata/pci.ids.gz',
]

interface Ids {
  readonly vendor: number
  readonly device: number
}

/** The names of PCI vendors, devices and classes, from the text of a pci.ids file. */
export class PciIds {
  readonly #names = new Map<string, string>()

  /**
   * Lines are an id, two spaces and a name: a vendor (`1234  Name`), a device below it after a tab, subsystems, of two ids, after
   * two; classes (`C 03  Name`), subclasses after a tab, programming interfaces after two.
   */
  constructor(text: string) {
    const path: string[] = []
    for (const line of text.split('\n')) {
      const [, tabs = '', kind = '', id = '', name = ''] =
        /^(\t{0,2})([A-Z] )?([0-9a-f]{2,4}(?: [0-9a-f]{4})?) +(.+?)\s*$/i.exec(line) ?? []
      if (id === '') continue
      path.splice(tabs.length, path.length, `${kind.trim()}${id}`.toLowerCase())
      this.#names.set(path.join('/'), name)
    }
  }

  vendor(vendor: number): string | undefined {
    return this.#names.get(digits(vendor))
  }

  device(vendor: number, device: number): string | undefined {
    return this.#names.get(`${digits(vendor)}/${digits(device)}`)
  }

  /** The name of a device on the card of a certain maker's. */
  subsystem(vendor: number, device: number, { vendor: maker, device: card }: Ids): string | undefined {
    const ids = `${digits(vendor)}/${digits(device)}/${digits(maker)} ${digits(card)}`
    return (
      this.#names.get(ids) ?? (maker === vendor && card === device ? this.device(vendor, device) : undefined)
    )
  }

  /** The name of a class's programming interface. */
  interfaceName(code: number): string | undefined {
    const [base = '', sub, programming] = digits(code, 6).match(/../g) ?? []
    return this.#names.get(`c${base}/${sub}/${programming}`)
  }

  /** The name of a class, 24 bits: of its subclass where that has one. */
  className(code: number): string | undefined {
    const base = `c${digits(code >>> 16, 2)}`
    return this.#names.get(`${base}/${digits((code >>> 8) & 0xff, 2)}`) ?? this.#names.get(base)
  }
}

/** An id as PCI's are written, without 0x. */
export const digits = (id: number, count = 4): string => id.toString(16).padStart(count, '0')

/** The names that this system has; none where no pci.ids is installed. */
export const installedPciIds = (places: readonly string[] = PLACES): PciIds => {
  const path = places.find(each => existsSync(each))
  if (path === undefined) return new PciIds('')
  const bytes = readFileSync(path)
  return new PciIds((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
}
