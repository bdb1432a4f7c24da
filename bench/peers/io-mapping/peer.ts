// The contestant that all this is about. One process of it runs one case, with one strategy.
import { serve } from '../serve.js'
import { configCases } from './config.js'
import { copyCases } from './copies.js'
import { createCases } from './create.js'
import { eduCases } from './edu.js'
import { faultCases } from './faults.js'
import { fieldCases } from './fields.js'
import { flatCases } from './flat.js'
import { mapCases } from './maps.js'
import { nvmeCases } from './nvme.js'
import { patternCases } from './patterns.js'
import { registerCases } from './registers.js'
import { threadCases } from './threads.js'
import { waitCases } from './waits.js'

await serve({
  ...mapCases,
  ...patternCases,
  ...registerCases,
  ...fieldCases,
  ...faultCases,
  ...copyCases,
  ...createCases,
  ...threadCases,
  ...flatCases,
  ...waitCases,
  ...configCases,
  ...eduCases,
  ...nvmeCases,
})
