import { createRequire } from 'node:module'

/** This package's version. */
export const version: string = createRequire(import.meta.url)('io-mapping/package.json').version
