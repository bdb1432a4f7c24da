// A machine of ordinary files for `iomap doctor`, on which all is as it should be, until a test changes something.
import { accessSync, constants, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Facts, System } from '../../src/cli/doctor/system.js'
import { TempFolder } from './files.js'
import { FAKE_BUS, FakeSysfs, MEMORY_BAR, PORTS_BAR, PREFETCHABLE_BAR } from './sysfs.js'

export const RELEASE = '6.1.0-test'
/** A graphics card with BARs 0 (prefetchable), 1 (ports) and 2, that nobody has. */
export const CARD = '0000:00:02.0'
/** The same that vfio-pci has, in IOMMU group 7. */
export const GIVEN = '0000:00:04.0'
export const SIZE = 0x10000

export const CONFIG = `/boot/config-${RELEASE}`
export const SECURE_BOOT = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'

export const limits = (named: Record<string, number | string> = {}): string =>
  Object.entries({
    'open files': 1048576,
    'locked memory': 'unlimited',
    'address space': 'unlimited',
    ...named,
  })
    .map(
      ([name, value]) =>
        `${`Max ${name}`.padEnd(25)} ${String(value).padEnd(20)} unlimited            units     \n`,
    )
    .join('')

/** Of memory that the kernel has, and of the card's BARs. */
export const iomemOf = (claimed = ''): string =>
  `00001000-7fffffff : System RAM
40000000-4000ffff : 40000000.serial
${FAKE_BUS.toString(16)}-${(FAKE_BUS + 0xfffffff).toString(16)} : PCI Bus 0000:00
  ${FAKE_BUS.toString(16)}-${(FAKE_BUS + SIZE - 1).toString(16)} : ${CARD}
${claimed === '' ? '' : `    ${FAKE_BUS.toString(16)}-${(FAKE_BUS + SIZE - 1).toString(16)} : ${claimed}\n`}`

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  '/proc/self/status': 'Name:\tnode\nCapEff:\t000001ffffffffff\n',
  '/proc/self/uid_map': '         0          0 4294967295\n',
  '/proc/1/cgroup': '0::/init.scope\n',
  '/proc/self/limits': limits(),
  '/proc/sys/vm/max_map_count': '65530\n',
  '/proc/cmdline': 'quiet\n',
  '/proc/interrupts': ' 24:  0  IR-PCI-MSI 1024-edge\n',
  '/proc/meminfo': 'MemTotal:  2000000 kB\nMemAvailable:    1048576 kB\n',
  '/proc/iomem': iomemOf(),
  '/proc/self/mounts':
    'sysfs /sys sysfs rw,relatime 0 0\ndebugfs /sys/kernel/debug debugfs rw,relatime 0 0\n',
  '/sys/kernel/security/lsm': 'lockdown,capability',
  '/sys/kernel/security/lockdown': '[none] integrity confidentiality\n',
  '/sys/kernel/debug/x86/pat_memtype_list': 'PAT memtype list:\n',
  '/sys/module/vfio/parameters/enable_unsafe_noiommu_mode': 'N\n',
  '/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts': 'N\n',
  '/sys/class/uio/uio0/name': 'card\n',
  '/sys/class/uio/uio0/version': '0.1\n',
  '/sys/class/uio/uio0/maps/map0/name': 'regs\n',
  '/sys/class/uio/uio0/maps/map0/addr': '0x0000000050000000\n',
  '/sys/class/uio/uio0/maps/map0/offset': '0x0\n',
  '/sys/class/uio/uio0/maps/map0/size': '0x0000000000002000\n',
  [CONFIG]:
    'CONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=y\n# CONFIG_IO_STRICT_DEVMEM is not set\nCONFIG_VFIO_PCI=m\n' +
    'CONFIG_UIO_PCI_GENERIC=m\nCONFIG_VFIO_IOMMU_TYPE1=m\nCONFIG_SECURITY_LOCKDOWN_LSM=y\nCONFIG_DEBUG_FS=y\n',
  [SECURE_BOOT]: new Uint8Array([6, 0, 0, 0, 0]),
  '/dev/mem': '',
  '/dev/uio0': '',
  '/dev/vfio/vfio': '',
  '/dev/vfio/7': '',
}

const FOLDERS = [
  '/sys/class/iommu/dmar0',
  '/sys/bus/pci/drivers/vfio-pci',
  '/sys/bus/pci/drivers/uio_pci_generic',
]
const NAMESPACES = { pid: 4026531836, user: 4026531837, uts: 4026531838, ipc: 4026531839, cgroup: 4026531835 }

const BARS = {
  0: { base: FAKE_BUS, size: SIZE, flags: PREFETCHABLE_BAR },
  1: { base: 0xc000, size: 32, flags: PORTS_BAR },
  2: { base: FAKE_BUS + 0x100000, size: 4096, flags: MEMORY_BAR },
}
const RESOURCES = { resource0: 4096, resource0_wc: 4096, resource1: 32, resource2: 4096 }

export class MadeUpSystem implements Disposable {
  readonly #folder = new TempFolder()
  readonly pci = new FakeSysfs()
  /** By name of a file, or `NAME for writing`: what access(2) refuses it with. */
  readonly refused = new Map<string, string>()

  constructor() {
    symlinkSync(this.pci.root, join(this.#folder.path, 'sys'))
    for (const [name, content] of Object.entries(FILES)) this.write(name, content)
    for (const name of FOLDERS) this.folder(name)
    for (const [kind, number] of Object.entries(NAMESPACES))
      this.link(`/proc/self/ns/${kind}`, `${kind}:[${number}]`)
    this.add(CARD)
    this.add(GIVEN, 'vfio-pci')
    this.group('7', GIVEN)
  }

  /** A device like the card. */
  add(address: string, driver?: string, command = 0x2): void {
    const init = { bars: BARS, resources: RESOURCES, command }
    this.pci.add(address, driver === undefined ? init : { ...init, driver })
  }

  /** Puts a device into an IOMMU group. */
  group(group: string, address: string): void {
    const folder = `/sys/kernel/iommu_groups/${group}`
    this.link(`${folder}/devices/${address}`, this.pci.path(address))
    this.pci.link(address, 'iommu_group', this.path(folder))
  }

  path(name: string): string {
    return join(this.#folder.path, name)
  }

  write(name: string, content: string | Uint8Array): void {
    this.#folder.write(name, content)
  }

  folder(name: string): void {
    mkdirSync(this.path(name), { recursive: true })
  }

  link(name: string, target: string): void {
    this.remove(name)
    mkdirSync(dirname(this.path(name)), { recursive: true })
    symlinkSync(target, this.path(name))
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true, force: true })
  }

  system(facts: Partial<Facts> = {}): System {
    const access = (path: string, mode: number) => {
      const name = path.slice(this.#folder.path.length)
      const code = this.refused.get(mode === constants.W_OK ? `${name} for writing` : name)
      if (code !== undefined) throw Object.assign(new Error(code), { code })
      accessSync(path, mode)
    }
    const usual = { uid: 0, user: 'root', release: RELEASE, machine: 'x86_64', pageSize: 4096, access }
    return new System(this.#folder.path, { ...usual, ...facts })
  }

  [Symbol.dispose](): void {
    this.pci[Symbol.dispose]()
    this.#folder[Symbol.dispose]()
  }
}

/** The files that are there from the start. */
export const FILE_NAMES: readonly string[] = Object.keys(FILES)
