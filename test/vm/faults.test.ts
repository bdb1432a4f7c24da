// The tests of faults on the newest line of Node, too: optimised code of another V8. On this machine, not in a guest: a truncated file is
// no device, and an emulated processor takes five minutes for what this one does in ten seconds.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findNode, type NodeLine, nodeLines } from '../../vm/node-lines.js'
import { ROOT } from '../support/root.js'

const FOLDER = join(ROOT, 'build/test/faults')
const FILES = readdirSync(FOLDER).filter(name => name.endsWith('.test.js'))

const run = (node: string): Promise<{ code: number | null; output: string }> => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env // or the child would report to this one's runner
  const args = ['--test', '--test-reporter=tap', ...FILES.map(name => join(FOLDER, name))]
  const child = spawn(node, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const pieces: Buffer[] = []
  child.stdout.on('data', piece => pieces.push(piece))
  return new Promise(resolve =>
    child.on('close', code => resolve({ code, output: Buffer.concat(pieces).toString() })),
  )
}

const line = nodeLines.at(-1) as NodeLine
const isOurs = Number(process.versions.node.split('.')[0]) === line
const skip = isOurs ? "this process's own line: test/faults/ runs on it already" : false

test(`Node ${line}: memory that goes away under an access`, { skip, timeout: 300_000 }, async () => {
  const { code, output } = await run(await findNode(line, () => {}))
  const complaints = output.split('\n').filter(text => /not ok|error:|^# /.test(text))
  assert.equal(code, 0, complaints.join('\n'))
  const passed = Number(/^# pass (\d+)$/m.exec(output)?.[1])
  assert.ok(passed >= 100, `only ${passed} tests`)
})
