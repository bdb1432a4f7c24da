// What is looked at of one aperture, by its kind.
import { type ByKind, readForm } from '../../../apertures/forms.js'
import { apertureHint } from '../../typed/aperture-hint.js'
import { ofTyped } from '../../typed/of-typed.js'
import type { Check } from '../check.js'
import type { System } from '../system.js'
import { barChecks } from './bar.js'
import { deviceTreeChecks, physicalChecks } from './bus.js'
import { fileChecks, memoryChecks } from './file.js'
import { uioChecks } from './uio.js'
import { vfioChecks } from './vfio.js'

const byKind = (system: System): ByKind<readonly Check[]> => ({
  memory: ({ size }) => memoryChecks(size),
  file: part => fileChecks(part, system),
  physical: range => physicalChecks(range, system),
  devicetree: deviceTreeChecks,
  pci: barChecks,
  uio: uioChecks,
  vfio: vfioChecks,
})

/** Throws UsageError if `text` names none. */
export const apertureChecks = (text: string, system: System): readonly Check[] =>
  ofTyped(
    () => readForm(text, byKind(system)),
    () => apertureHint(text),
  )
