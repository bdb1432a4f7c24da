// How long programs take that do nothing but start: what a library costs before it does anything.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../paths.js'
import { type Case, serve, timed } from './serve.js'

/** A process a run, from its start to its end. */
const start =
  (program: string, ...args: string[]): Case =>
  () =>
    timed(n => {
      for (let i = 0; i < n; i++) {
        const { status, error } = spawnSync(program, args, { cwd: projectRoot, stdio: 'ignore' })
        if (status !== 0) throw error ?? new Error(`${program} ${args.join(' ')} ended with ${status}`)
      }
    })

const node = (...args: string[]) => start(process.execPath, ...args)
const module = (text: string) => node('--input-type=module', '--eval', text)
const iomap = (...args: string[]) => node(join(projectRoot, 'dist/cli/iomap.js'), ...args)

await serve({
  node: module(''),
  import: module("import 'io-mapping'"),
  version: iomap('--version'),
  read: iomap('read', 'memory:1M', '0'),
  python: start('python3', '-c', ''),
  'python-mmap': start('python3', '-c', 'import mmap, struct, os'),
})
