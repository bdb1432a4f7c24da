import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, test } from 'node:test'
import { ROOT } from './support/root.js'

const SRC = join(ROOT, 'src')
const NATIVE = join(ROOT, 'native')
const skip = existsSync(SRC) ? false : `the sources are not here (${SRC})`

const folders = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? [join(path, entry.name), ...folders(join(path, entry.name))] : [],
  )

/** The sources by name, such as io-mem.ts or apertures/pci/pci.ts, each with what it imports of the others. */
const readImports = (): Map<string, string[]> => {
  const files = [SRC, ...folders(SRC)].flatMap(folder =>
    readdirSync(folder)
      .filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map(name => join(folder, name)),
  )
  const imported = /^(?:import|export)\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gms
  return new Map(
    files.map(path => {
      const specifiers = [...readFileSync(path, 'utf8').matchAll(imported)].map(
        ([, from, dynamic]) => from ?? dynamic ?? '',
      )
      const names = specifiers.map(name =>
        name.startsWith('.') ? relative(SRC, join(dirname(path), name)).replace(/\.js$/, '.ts') : name,
      )
      return [relative(SRC, path), names]
    }),
  )
}

/** The units of native/ by name, each with those that its two files include. */
const readIncludes = (): Map<string, string[]> => {
  const units = new Map<string, string[]>()
  for (const file of readdirSync(NATIVE)) {
    const [unit = ''] = file.split('.')
    const included = readFileSync(join(NATIVE, file), 'utf8').matchAll(/^#include "(\w+)\.h"/gm)
    const others = [...included].map(([, name = '']) => name).filter(name => name !== unit)
    units.set(unit, [...(units.get(unit) ?? []), ...others])
  }
  return units
}

const checkNoCircle = (imports: Map<string, string[]>): void => {
  const done = new Set<string>()
  const visit = (name: string, path: string[]): void => {
    assert.ok(!path.includes(name), `a circle: ${[...path, name].join(' -> ')}`)
    if (done.has(name)) return
    for (const each of imports.get(name) ?? []) visit(each, [...path, name])
    done.add(name)
  }
  for (const name of imports.keys()) visit(name, [])
}

/** The floors, the lowest first: a file imports from its own floor's folder and from those below it. */
const FLOORS = [
  'system/',
  'interrupts/',
  'access/',
  'apertures/',
  'container/',
  'strategies/',
  'window/',
  'transfers/',
  'mapping/',
  'devices/',
  'index.ts',
  'kernel/',
  'cli/',
] as const
/** They stand beside the house, and know a window by its interface alone. */
const BESIDE = ['registers/', 'pci/', 'testing/'] as const

const floorOf = (name: string) => FLOORS.findIndex(floor => name.startsWith(floor))
const isIn = (name: string, folders: readonly string[]) => folders.some(folder => name.startsWith(folder))

/** All that a file imports, and what that does. */
const reached = (imports: Map<string, string[]>, name: string, seen = new Set<string>()): Set<string> => {
  for (const each of imports.get(name) ?? []) if (!seen.has(each)) reached(imports, each, seen.add(each))
  return seen
}

const STRATEGIES = ['permanent', 'slots', 'per-call'] as const

describe('the house', () => {
  const check = (name: string, body: (imports: Map<string, string[]>) => void) =>
    test(name, { skip }, () => body(readImports()))

  check('has the sources that these rules are about, and no others', imports => {
    for (const floor of [...FLOORS, ...BESIDE]) {
      assert.ok(
        [...imports.keys()].some(name => name.startsWith(floor)),
        floor,
      )
    }
    for (const name of imports.keys()) assert.ok(isIn(name, [...FLOORS, ...BESIDE]), `${name} is in no room`)
    assert.ok(imports.get('index.ts')?.includes('mapping/io-mapping.ts'), 'imports are found')
    for (const [name, all] of imports) {
      for (const each of all.filter(one => one.endsWith('.ts')))
        assert.ok(imports.has(each), `${name}: ${each}`)
    }
  })

  check('no room imports upward', imports => {
    for (const [name, all] of imports) {
      const floor = floorOf(name)
      if (floor < 0) continue
      for (const each of all.filter(one => one.endsWith('.ts') && !isIn(one, BESIDE)))
        assert.ok(floorOf(each) <= floor, `${name} imports ${each}`)
    }
  })

  check('nothing but the command knows registers/, pci/ and testing/', imports => {
    for (const [name, all] of imports) {
      if (isIn(name, ['cli/', ...BESIDE])) continue
      for (const each of all) assert.ok(!isIn(each, BESIDE), `${name} imports ${each}`)
    }
  })

  check('strategies know no kind of aperture', imports => {
    for (const [name, all] of imports) {
      if (!name.startsWith('strategies/')) continue
      for (const each of all) assert.doesNotMatch(each, /^apertures\/(?!aperture\.ts$)/, name)
    }
  })

  check('kernel/ is a thin skin over index', imports => {
    const leaves = [
      'index.ts',
      'access/copy-range.ts',
      'access/words.ts',
      'apertures/iomem.ts',
      'system/errors.ts',
      'system/number-text.ts',
      'system/numbers.ts',
      'system/native.ts',
    ]
    for (const [name, all] of imports) {
      if (!name.startsWith('kernel/')) continue
      for (const each of all)
        assert.ok(leaves.includes(each) || each.startsWith('kernel/'), `${name} imports ${each}`)
    }
  })

  check('registers/, pci/ and testing/ know a window by its interface alone, and load no addon', imports => {
    const leaves = [
      ...[
        'system/errors.ts',
        'system/host.ts',
        'system/number-text.ts',
        'system/numbers.ts',
        'system/word-size.ts',
      ],
      ...['poll', 'io-access', 'bus-device', 'checked-access', 'words'].map(name => `access/${name}.ts`),
      ...['interrupt', 'kinds', 'source'].map(name => `interrupts/${name}.ts`),
    ]
    for (const [name, all] of imports) {
      const room = BESIDE.find(folder => name.startsWith(folder))
      if (room === undefined) continue
      const own = [room, 'registers/']
      for (const each of all.filter(one => one.endsWith('.ts')))
        assert.ok(
          leaves.includes(each) || own.some(folder => each.startsWith(folder)),
          `${name} imports ${each}`,
        )
      assert.ok(!reached(imports, name).has('system/native.ts'), `${name} reaches native.ts`)
    }
    assert.ok(imports.has('registers/index.ts') && imports.has('testing/index.ts'))
  })

  check('the one door to native/ is system/native.ts', imports => {
    for (const [name, all] of imports) {
      if (name === 'system/native.ts') continue
      assert.doesNotMatch(readFileSync(join(SRC, name), 'utf8'), /\.node['"`]|prebuilds/, name)
      assert.ok(!all.includes('node:ffi'), name)
    }
  })

  check('the library depends on Node alone; the command on the library by its name', imports => {
    // the command is a bundle of its own: what knows of mappings would be there twice
    const bothHave = [
      'apertures/file-text.ts',
      'apertures/forms.ts',
      'system/number-text.ts',
      'system/numbers.ts',
    ]
    for (const [name, all] of imports) {
      const foreign = name.startsWith('cli/')
        ? all.filter(each => each.endsWith('.ts') && !each.startsWith('cli/') && !bothHave.includes(each))
        : all.filter(each => !each.endsWith('.ts') && !each.startsWith('node:'))
      assert.deepEqual(foreign, [], name)
    }
  })

  check(
    'what reads configuration space needs no package: a guest, where tests call it, has none',
    imports => {
      const all = [...imports.keys()].filter(name => name.startsWith('cli/pci/'))
      assert.ok(all.length > 10)
      for (const name of all) assert.ok(!reached(imports, name).has('commander'), name)
    },
  )

  check('imports go in no circle', checkNoCircle)

  check('nor do the includes of native/', () => {
    const includes = readIncludes()
    assert.ok(includes.get('handler')?.includes('ranges'), 'includes are found')
    checkNoCircle(includes)
  })

  check('no folder is called utils, nor anything like it', () => {
    for (const folder of folders(SRC)) assert.doesNotMatch(folder, /\/(utils?|helpers?|common|misc|lib)$/)
  })

  check('each kind of aperture and each strategy has a file of its own', imports => {
    for (const kind of ['memory', 'file', 'physical', 'pci', 'device-tree'])
      assert.ok(
        [...imports.keys()].some(name => new RegExp(`^apertures/${kind}(\\.ts|/)`).test(name)),
        kind,
      )
    for (const strategy of STRATEGIES) assert.ok(imports.has(`strategies/${strategy}.ts`), strategy)
  })

  check('choose.ts alone knows which strategies there are', imports => {
    for (const strategy of STRATEGIES) {
      const importers = [...imports].filter(([, all]) => all.includes(`strategies/${strategy}.ts`))
      assert.deepEqual(
        importers.map(([name]) => name),
        ['strategies/choose.ts'],
        strategy,
      )
    }
  })
})
