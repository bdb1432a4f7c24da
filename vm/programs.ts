// Programs that are installed here, for the guest.
import { spawnSync } from 'node:child_process'

/** What the guest has itself; another libc than its own would not go with its loader. */
const OWN = /\/(libc|ld-linux[^/]*)\.so/

/** One and its libraries, by where they go; nothing where it is not installed. */
export const programFiles = (name: string): Record<string, string> => {
  const path = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim()
  if (path === '') return {}
  const listed = spawnSync('ldd', [path], { encoding: 'utf8' }).stdout
  const libraries = [...listed.matchAll(/=> (\/\S+)/g)].map(([, library]) => library as string)
  return {
    [`/usr/bin/${name}`]: path,
    ...Object.fromEntries(libraries.filter(each => !OWN.test(each)).map(each => [each, each])),
  }
}
