import assert from 'node:assert/strict'
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** Where command lines run, beside the files that they name. */
export const FOLDER = '/tmp/page'
mkdirSync(FOLDER)

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line by the guest's shell. */
export const sh = async (line: string): Promise<Ran> => {
  const child = spawn('sh', ['-c', line], { cwd: FOLDER, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>(resolve => child.once('close', resolve)),
  ])
  return { status, stdout, stderr }
}

const server = fork(fileURLToPath(new URL('server.js', import.meta.url)), {
  cwd: FOLDER,
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
server.unref()
server.channel?.unref() // it ends when this process does

/** Runs a command line of iomap's in a process that runs them all: one at a time. */
export const iomap = async (line: string): Promise<Ran> => {
  server.channel?.ref()
  server.send(line)
  const [ran] = (await once(server, 'message')) as [Ran]
  server.channel?.unref()
  return ran
}

/** What a command line prints that succeeds: one of iomap's, or the shell's. */
export const printed = async (line: string, run = sh): Promise<string> => {
  const { status, stdout, stderr } = await run(line)
  assert.equal(status, 0, `${line}: ${stdout}${stderr}`)
  return stdout
}
