import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { TempFolder } from '../support/files.js'
import { ROOT } from '../support/root.js'

const SETTINGS = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2022', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noEmit: true,
  },
}

/** A user's project, in which the package is installed: found as 'io-mapping', with the types of Node. */
export const makeProject = (): TempFolder => {
  const project = new TempFolder()
  mkdirSync(join(project.path, 'node_modules'))
  symlinkSync(ROOT, join(project.path, 'node_modules/io-mapping'))
  symlinkSync(join(ROOT, 'node_modules/@types'), join(project.path, 'node_modules/@types'))
  symlinkSync(join(ROOT, 'node_modules/undici-types'), join(project.path, 'node_modules/undici-types'))
  project.write('package.json', '{ "type": "module" }')
  project.write('tsconfig.json', JSON.stringify(SETTINGS))
  return project
}
