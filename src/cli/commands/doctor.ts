import type { Command } from 'commander'
import { apertureChecks } from '../doctor/aperture/checks.js'
import { examine } from '../doctor/check.js'
import { GENERAL } from '../doctor/general.js'
import { formatReport, type Section } from '../doctor/report.js'
import { System } from '../doctor/system.js'
import { EXIT } from '../failure.js'
import { hasColours } from '../shown/colours.js'
import { print, printJson } from '../shown/output.js'
import { APERTURE_HELP } from '../typed/apertures.js'

const EXAMPLES = `
It looks, and changes nothing: it reads what the system tells, and opens no device. What it
says of each:
  ok        it is as it should be
  warning   one way to a device is not open, or not well; another may be
  obstacle  it stands in the way
  unknown   the system does not tell, or not this user

Without an aperture an obstacle is what keeps this user from every BAR and bus address; what
VFIO and UIO lack is a warning. With one, an obstacle keeps just that from being mapped.

Exit codes: 0 if no obstacle was found (though there are warnings), 1 if one was.

Examples:
  iomap doctor
  iomap doctor pci:0000:00:02.0/0
  iomap doctor vfio:0000:00:04.0/0 --json
  iomap doctor memory:64G
  iomap doctor file:/dev/shm/card && iomap dump file:/dev/shm/card 0 4K
`

export const define = (command: Command): void => {
  command
    .argument('[aperture]', APERTURE_HELP)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((text: string | undefined, { json = false }: { json?: boolean }) => doctor(text, json))
}

const doctor = async (text: string | undefined, json: boolean): Promise<void> => {
  const system = new System()
  const groups = text === undefined ? GENERAL : [{ title: text, checks: apertureChecks(text, system) }]
  const sections: Section[] = groups.map(({ title, checks }) => ({
    title,
    findings: examine(checks, system),
  }))
  const findings = sections.flatMap(each => each.findings)
  const blocked = findings.some(({ state }) => state === 'obstacle')
  if (json) await printJson({ aperture: text ?? null, blocked, sections })
  else await print(formatReport(sections, { colours: hasColours(), columns: process.stdout.columns }))
  if (blocked) process.exitCode = EXIT.failure
}
