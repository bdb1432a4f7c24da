import { join } from 'node:path'
import { cached } from '../../host/cache.js'
import { unpackFromNpm } from '../../host/npm.js'
import { ROOT } from '../support/root.js'

/** The least TypeScript that the package's types are for, one of each generation since, and the project's own. */
export const TYPESCRIPTS = ['5.4', '5.9', '6.0', 'own'] as const

/** The compiler's program. */
export const compilerOf = async (version: (typeof TYPESCRIPTS)[number]): Promise<string> => {
  if (version === 'own') return join(ROOT, 'node_modules/typescript/bin/tsc')
  const folder = await cached(`.typescript/${version}`, draft =>
    unpackFromNpm(`typescript@${version}`, draft),
  )
  return join(folder, 'package/bin/tsc')
}
