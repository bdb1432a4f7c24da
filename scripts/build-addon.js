// node scripts/build-addon.js [--missing] [ARCH… | all]: compiles native/ into prebuilds/linux-ARCH/io-mapping.node, for this machine's processor
// or those that are named, as Node names them; with --missing, those that are not of the sources alone. Its symbols are kept in build/symbols/.
//   CC, CFLAGS   another compiler for this machine's own processor, more flags (-fsanitize=address)
//   ADDON_OUTPUT, ADDON_SOURCES   another file to make, more to put into it: sources or objects (test/support/variant.ts)
import { BuildError, compile, compilerFor, flaw, prebuild, served, words } from './addon.js'

const { CC, CFLAGS, ADDON_OUTPUT, ADDON_SOURCES } = process.env

const build = async args => {
  const isMissingOnly = args[0] === '--missing'
  const named = isMissingOnly ? args.slice(1) : args
  const all = named.includes('all') ? served : named
  const unknown = (all.length > 0 ? all : [process.arch]).find(arch => !served.includes(arch))
  if (unknown !== undefined)
    throw new BuildError(`no processor '${unknown}' is served: choose of ${served.join(', ')}, or all`)
  if (all.length === 0) {
    const own = {
      compiler: words(CC).length > 0 ? words(CC) : compilerFor(process.arch),
      flags: words(CFLAGS),
    }
    if (ADDON_OUTPUT === undefined) return prebuild(process.arch, own)
    return compile({ ...own, arch: process.arch, output: ADDON_OUTPUT, more: words(ADDON_SOURCES) })
  }
  for (const arch of isMissingOnly ? all.filter(flaw) : all) {
    console.log(`building the addon for ${arch}…`)
    await prebuild(arch)
  }
}

try {
  await build(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof BuildError)) throw error
  console.error(`io-mapping: ${error.message}`)
  process.exitCode = 1
}
