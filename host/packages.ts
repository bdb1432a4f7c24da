import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PackageSource, unpackDebian } from './debian.js'
import { HostError } from './errors.js'
import { runTool } from './tools.js'

const keys = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Downloads packages of a Debian for an architecture, which `choose` names, and unpacks them into `folder`. `debian`: its name of the
 * architecture; this machine's if none is given.
 */
export async function unpackPackages(
  { suite, debian }: { suite: string; debian?: string },
  folder: string,
  choose: (source: PackageSource) => Promise<string[]>,
): Promise<void> {
  const state = join(folder, 'apt')
  const source = await packagesOf({ suite, debian: debian ?? (await ownArchitecture()) }, state)
  await unpackDebian(await choose(source), folder, source)
  await rm(state, { recursive: true })
}

async function ownArchitecture(): Promise<string> {
  const install = 'Packages are those of Debian: run this on Debian or Ubuntu'
  return (await runTool('dpkg', ['--print-architecture'], { install })).trim()
}

/**
 * A Debian's packages for an architecture, by a state of apt's own in `folder`: the machine's is neither asked, for it need
 * not be of that Debian nor Debian, nor told of another architecture.
 */
async function packagesOf(
  { debian, suite }: { debian: string; suite: string },
  folder: string,
): Promise<PackageSource> {
  if (!existsSync(keys)) {
    throw new HostError(
      `no ${keys}, by which Debian's packages are checked: apt-get install debian-archive-keyring`,
    )
  }
  const source: PackageSource = {
    options: ['-c', join(folder, 'apt.conf')],
    install: `Debian's packages for ${debian} are fetched with apt-get, which this machine hasn't: run this on Debian or Ubuntu`,
    renew: 'run this again.',
  }
  for (const inner of ['state/lists/partial', 'cache/archives/partial']) {
    await mkdir(join(folder, inner), { recursive: true })
  }
  await writeFile(join(folder, 'status'), '') // nothing is installed: all that is needed counts as missing
  await writeFile(
    join(folder, 'sources.list'),
    // the packages alone: what apt-file and others add to this machine's lists is large, and not needed
    `deb [signed-by=${keys} target=Packages] http://deb.debian.org/debian ${suite} main\n`,
  )
  await writeFile(join(folder, 'apt.conf'), settings(folder, debian))
  await runTool('apt-get', [...source.options, 'update'], {
    install: source.install,
    remedy: `The lists of Debian's packages for ${debian} could not be fetched: is the network up? If so, ${source.renew}`,
  })
  return source
}

/** What differs from the machine's own settings: those are read first, since a proxy may be named there. */
function settings(folder: string, architecture: string): string {
  return `#clear APT::Architectures;
#clear APT::Update;
APT::Architecture "${architecture}";
APT::Architectures { "${architecture}"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Dir::State "${folder}/state";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
`
}
