// All that is looked at of a machine, in the order in which it is shown.
import type { Check } from './check.js'
import { container } from './container.js'
import { devMem, ioStrictDevMem, strictDevMem } from './dev-mem.js'
import { drivers, nodes } from './devices.js'
import { debugfs, sysfs } from './file-systems.js'
import { interruptRemapping, iommu } from './iommu.js'
import { addressSpace, lockedMemory, mappings, openFiles, pageSize } from './limits.js'
import { lockdown, secureBoot } from './lockdown.js'
import { noIommuMode, uioModules, vfioModules } from './modules.js'
import { capabilities, user } from './rights.js'

export interface Group {
  readonly title: string
  readonly checks: readonly Check[]
}

export const GENERAL: readonly Group[] = [
  {
    title: 'This process',
    checks: [user, capabilities, container, lockedMemory, openFiles, mappings, addressSpace, pageSize],
  },
  {
    title: 'The kernel',
    checks: [lockdown, secureBoot, strictDevMem, ioStrictDevMem, devMem, sysfs, debugfs],
  },
  {
    title: 'Ways to a device',
    checks: [drivers, uioModules, vfioModules, iommu, interruptRemapping, noIommuMode, nodes],
  },
]
