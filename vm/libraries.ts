import { HostError } from '../host/errors.js'
import { runTool } from '../host/tools.js'

const packages: Record<string, string> = { 'libatomic.so.1': 'libatomic1', 'libstdc++.so.6': 'libstdc++6' }

/** The shared libraries that a program or library of the host is linked with, and its loader. */
export async function librariesOf(binary: string): Promise<string[]> {
  const text = await runTool('ldd', [binary], { install: 'apt-get install libc-bin' })
  const missing = /(\S+) => not found/.exec(text)?.[1]
  if (missing) {
    const remedy = packages[missing]
      ? `apt-get install ${packages[missing]}`
      : 'install the package that has it'
    throw new HostError(`${binary} needs ${missing}, which this machine hasn't: ${remedy}`)
  }
  return [...text.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(match => match[1] ?? '')
}
