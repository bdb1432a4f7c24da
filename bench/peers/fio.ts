// What people use to measure a drive, on the kernel's own driver.
import { spawnSync } from 'node:child_process'
import { blockDeviceOf } from '../../test/vm/guest/kit/binding.js'
import { type Case, serve } from './serve.js'

interface Report {
  readonly jobs: readonly { readonly read: { readonly iops: number; readonly total_ios: number } }[]
}

const fio = (...args: string[]): Report => {
  const { status, stdout, stderr, error } = spawnSync('fio', args, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`fio ended with ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

/** Time without the start of the process: fio's own count of reads a second. */
const randread: Case = given => {
  const name = blockDeviceOf(given.text('device'))
  if (name === undefined) throw new Error(`${given.text('device')} has no block device; is its driver nvme?`)
  const options = [
    ...[
      '--name=reads',
      `--filename=/dev/${name}`,
      '--ioengine=libaio',
      '--direct=1',
      '--rw=randread',
      '--bs=4k',
    ],
    ...[`--iodepth=${given.number('depth')}`, '--norandommap', '--thread', '--output-format=json'],
  ]
  return iterations => {
    const [job] = fio(...options, `--number_ios=${iterations}`).jobs
    if (job?.read.total_ios !== iterations)
      throw new Error(`fio read ${job?.read.total_ios}, not ${iterations}`)
    return { ns: (1e9 * iterations) / job.read.iops }
  }
}

await serve({ randread })
