import { advise, type Check, obstacle, ok, type, unknown, warning } from './check.js'
import { builtWithIfKnown } from './kernel-config.js'
import { kernelWords } from './kernel-words.js'
import { type System, Unreadable } from './system.js'

const SECURITY = '/sys/kernel/security'

const howToEnd = (system: System): string =>
  kernelWords(system).some(word => word.startsWith('lockdown='))
    ? 'start Linux without lockdown=; vfio-pci and UIO work in lockdown, too'
    : 'switch Secure Boot off; vfio-pci and UIO work in lockdown, too'

export const lockdown: Check = {
  name: 'lockdown',
  why: 'a kernel that is locked down keeps even root from BARs by sysfs, and from /dev/mem',
  look: system => {
    const text = system.textIfThere(`${SECURITY}/lockdown`)
    if (text === undefined) return withoutFile(system)
    const [, mode] = /\[(none|integrity|confidentiality)\]/.exec(text) ?? []
    if (mode === undefined)
      throw new Unreadable(`${SECURITY}/lockdown says ${JSON.stringify(text.slice(0, 40))}`)
    return mode === 'none' ? ok('none') : obstacle(mode, advise(howToEnd(system)))
  },
}

/** Where securityfs is, the kernel without the file has no lockdown. */
const withoutFile = (system: System): ReturnType<Check['look']> =>
  system.isThere(`${SECURITY}/lsm`) || builtWithIfKnown(system, 'SECURITY_LOCKDOWN_LSM') === 'n'
    ? ok('this kernel has none')
    : unknown(`${SECURITY}/lockdown does not exist`, type(`mount -t securityfs securityfs ${SECURITY}`))

const EFI = '/sys/firmware/efi'
/** UEFI's variable, by its vendor's GUID: four bytes of attributes, and the value. */
const VARIABLE = `${EFI}/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c`

export const secureBoot: Check = {
  name: 'Secure Boot',
  why: 'with it, most distributions lock the kernel down, and load signed modules alone',
  look: system => {
    if (!system.isThere(EFI)) return ok('none: not started by UEFI')
    if (system.names(`${EFI}/efivars`).length === 0)
      return unknown(`${EFI}/efivars is empty`, type(`mount -t efivarfs efivarfs ${EFI}/efivars`))
    if (!system.isThere(VARIABLE)) return ok('none: the firmware has none')
    const [value, ...more] = system.bytes(VARIABLE).subarray(4)
    if (value === undefined || value > 1 || more.length > 0)
      throw new Unreadable(`${VARIABLE} says neither on nor off`)
    return value === 0
      ? ok('off')
      : warning('on', advise('see lockdown above; switch it off in the firmware, if that is in the way'))
  },
}
