import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const there = new Set<TempFolder>()
process.on('exit', () => {
  for (const folder of there) folder[Symbol.dispose]()
})

/** A folder that lives as long as it is in scope, or else as the process; of a child that is killed, as its parent (child.ts). */
export class TempFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'io-mapping-test-'))

  constructor() {
    there.add(this)
  }

  /** Writes a file in it, and folders as needed. Returns its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }

  [Symbol.dispose](): void {
    there.delete(this)
    rmSync(this.path, { recursive: true, force: true })
  }
}
