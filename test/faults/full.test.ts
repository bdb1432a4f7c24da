import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runModule } from '../support/child.js'
import { TempFolder } from '../support/files.js'
import { withSmallFileSystem } from '../support/namespaces.js'

test('a sparse file in a file system that is full: ERR_IO_FAULT says so', async t => {
  using folder = new TempFolder()
  await withSmallFileSystem(t, folder.path, async within => {
    const { stdout, signal } = await runModule(
      `import fs from 'node:fs'
      import { file, IoMapping } from 'io-mapping'
      const path = process.argv[1]
      fs.writeFileSync(path, '')
      fs.truncateSync(path, 2 ** 20)
      const mapping = IoMapping.create(file(path))
      try {
        for (let at = 0; ; at += 4096) mapping.map(at, 1).write8(0, 1)
      } catch (error) {
        console.log(error.code, /its file system is full/.test(error.message))
      }`,
      { within, args: [`${folder.path}/card`] },
    )
    assert.deepEqual({ stdout, signal }, { stdout: 'ERR_IO_FAULT true\n', signal: null })
  })
})
