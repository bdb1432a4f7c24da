import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { TempFolder } from './files.js'
import { ROOT } from './root.js'

export interface VariantOptions {
  /** More flags for the compiler and the linker. */
  readonly flags: readonly string[]
  /** More to link with it: sources or objects. */
  readonly sources?: readonly string[]
}

/** This project with its addon built another way: the library and the tests in it are those that are here. */
export class Variant implements Disposable {
  readonly path: string
  readonly addon: string
  readonly #folder = new TempFolder()

  constructor({ flags, sources = [] }: VariantOptions) {
    this.path = this.#folder.path
    this.addon = join(this.path, `prebuilds/${process.platform}-${process.arch}/io-mapping.node`)
    // copies: Node takes a module for what lies beside where its links lead
    for (const part of [
      'package.json',
      'dist',
      'build/package.json',
      'build/src',
      'build/test',
      'native',
      'scripts',
    ])
      cpSync(join(ROOT, part), join(this.path, part), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(this.path, 'node_modules'))
    const words = { CFLAGS: flags.join(' '), ADDON_SOURCES: sources.join(' '), ADDON_OUTPUT: this.addon }
    for (const [name, value] of Object.entries(words)) assert.doesNotMatch(value, /\n/, name)
    execFileSync(process.execPath, ['scripts/build-addon.js'], {
      cwd: ROOT,
      env: { ...process.env, ...words, CFLAGS: `${process.env.CFLAGS ?? ''} ${words.CFLAGS}` },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}
