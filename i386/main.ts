// npm run test:32 [-- FILE…]: the tests and the demo in a 32-bit process, on Debian's Node 18 for i386.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from '../host/cleanup.js'
import { runProgram } from '../host/errors.js'
import { buildAddon, checkCompiler } from './addon.js'
import { chrootSystem } from './chroot.js'
import { runDemo } from './demo.js'
import { guestSystem, runs32 } from './guest.js'
import { findRoot } from './root.js'
import { runSuite, testFiles } from './suite.js'
import { checkSystem, type System } from './system.js'

const progress = (text: string) => console.log(`32 bits: ${text}`)

/** Whether all went well. */
async function run(files: string[]): Promise<boolean> {
  await checkCompiler()
  const root = await findRoot(progress)
  progress('building the addon for ia32…')
  buildAddon()
  const tmp = mkdtempSync(join(tmpdir(), 'io-mapping-32-'))
  const discard = () => rmSync(tmp, { recursive: true, force: true })
  const keep = atExit(discard)
  try {
    chmodSync(tmp, 0o1777) // as a /tmp is: tests may become another user
    const isHere = runs32(root)
    if (!isHere)
      progress(
        "this machine's kernel runs no 32-bit programs: in a QEMU guest then, which takes ten times as long",
      )
    const makeSystem = isHere ? chrootSystem : guestSystem
    return await runAll(makeSystem({ root, tmp }), files)
  } finally {
    keep()
    discard()
  }
}

async function runAll(system: System, files: string[]): Promise<boolean> {
  await checkSystem(system)
  progress('the demo…')
  const demo = await runDemo(system)
  progress(`${files.length} files of tests…`)
  const suite = await runSuite(system, files)
  const verdict = (passed: boolean) => (passed ? 'passed' : 'FAILED')
  progress(`the demo ${verdict(demo)}, the tests ${verdict(suite)}`)
  return demo && suite
}

await runProgram('32 bits', async () => {
  const named = process.argv.slice(2)
  const passed = await run(named.length > 0 ? named : testFiles())
  process.exitCode = passed ? 0 : 1
})
