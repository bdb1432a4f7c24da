import { programFiles } from '../../vm/programs.js'

/** This machine's lspci and setpci, for a guest of its kind: by where they go there. */
export const pciutils: Readonly<Record<string, string>> = {
  ...programFiles('lspci'),
  ...programFiles('setpci'),
}

const isMissing = !('/usr/bin/lspci' in pciutils && '/usr/bin/setpci' in pciutils)

/** Why tests that need them are skipped; under CI they fail. */
export const skipWithoutPciutils =
  isMissing && !process.env.CI ? 'NOT TESTED: it needs lspci and setpci (apt-get install pciutils)' : false
