import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { compiler } from './compile.js'
import { projectRoot } from './paths.js'
import type { Machine } from './results.js'

const versionOf = (command: string): string => {
  const { stdout, error } = spawnSync(command, ['--version'], { encoding: 'utf8' })
  return error ? 'none' : stdout.trim()
}

const compilerVersion = (): string => {
  const [first = '', ...rest] = versionOf(compiler).split('\n')
  return rest.join(' ').includes('Free Software Foundation') ? `gcc ${first.split(' ').at(-1)}` : first
}

const hypervisor = (): string | undefined => {
  const name = /^Hypervisor vendor:\s*(.+)$/m.exec(spawnSync('lscpu', { encoding: 'utf8' }).stdout ?? '')?.[1]
  if (name) return name
  return /^flags\s*:.*\bhypervisor\b/m.test(readFileSync('/proc/cpuinfo', 'latin1')) ? 'yes' : undefined
}

/** Read, not asked: where it can't be loaded, the other contestants still run. */
const koffiVersion = (): string => {
  const path = join(projectRoot, 'node_modules', 'koffi', 'package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

export const describeMachine = (): Machine => {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    virtual: hypervisor(),
    kernel: release(),
    node: process.versions.node,
    koffi: koffiVersion(),
    python: versionOf('python3').replace('Python ', ''),
    compiler: compilerVersion(),
  }
}

/** As it stands under each chart, in short lines. */
export const machineLines = (machine: Machine): string[] => {
  const { cpu, cores, memoryGiB, virtual, kernel, node, koffi, python, compiler: cc, date } = machine
  const kind = virtual === undefined ? '' : ` of a virtual machine${virtual === 'yes' ? '' : ` (${virtual})`}`
  return [
    `${cpu}, ${cores} cores${kind}, ${memoryGiB} GiB`,
    `Linux ${kernel}, Node.js ${node}, koffi ${koffi}`,
    `Python ${python}, ${cc}; ${date}`,
  ]
}
