// Several commands in one process: iomap run, iomap shell; and what may come next, for shells.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { History } from '../../src/cli/shell/history.js'
import { splitWords } from '../../src/cli/typed/script-words.js'
import { ROOT } from '../support/root.js'
import { makeCard } from './card.js'
import { iomap, outcome, start, temporaryFolder } from './iomap.js'

const folder = temporaryFolder()
const card = makeCard(folder)
const script = (text: string, name = 'script'): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** A register file, such as LiteX writes. */
const CSRS = JSON.stringify({
  csr_bases: { uart: 0 },
  csr_registers: { uart_c: { addr: 0, size: 1, type: 'rw' } },
  constants: { config_csr_data_width: 32 },
})

describe('the words of a line', () => {
  const lines: [line: string, words: string[]][] = [
    ['', []],
    ['  read  memory:1M\t0 ', ['read', 'memory:1M', '0']],
    ['# all of it', []],
    ['read a 0 # the rest', ['read', 'a', '0']],
    ['get --block card.ts#CARD CTRL # all', ['get', '--block', 'card.ts#CARD', 'CTRL']],
    ['a\\ #b "#c" #d', ['a #b', '#c']],
    [`a 'b c' "d \\" e" f\\ g`, ['a', 'b c', 'd " e', 'f g']],
    [`a''b "" x"y"z`, ['ab', '', 'xyz']],
  ]
  for (const [line, words] of lines)
    test(JSON.stringify(line), () => assert.deepEqual(splitWords(line), words))
  test('a quote that is not closed', () =>
    assert.throws(() => splitWords(`read 'a`), /a quote is not closed in: 'a/))
})

describe('iomap run', () => {
  test('runs each line, and keeps what it works on', async () => {
    const path = script(`
      # memory is another at each naming, but within a script
      write memory:1M 0 0x2a
      read  memory:1M 0            # this one
      set ${card.aperture} CTRL.DIV=3 --block '${card.block}'
      get ${card.aperture} CTRL.DIV --block "${card.block}"
    `)
    const { code, stdout, stderr } = await iomap(['run', path])
    assert.deepEqual([code, stderr], [0, ''])
    const [wrote, read, , got] = stdout.split('\n')
    assert.deepEqual([wrote, read, got], ['wrote u32 0x0000002a at 0x0 of memory:1M', '0x0000002a', '0x3'])
  })

  test('a script within a script is of the same session; within itself it is refused', async () => {
    const inner = join(folder, 'inner')
    writeFileSync(inner, 'read memory:1M 0\n')
    const outer = script(`write memory:1M 0 7\nrun ${inner}\nread memory:1M 0\n`)
    const { stdout } = await iomap(['run', outer])
    assert.deepEqual(stdout.split('\n').slice(1), ['0x00000007', '0x00000007', ''])
    writeFileSync(inner, `run ${outer}\n`)
    const { code, stderr } = await iomap(['run', outer])
    assert.equal(code, 2)
    assert.match(stderr, /script:2: .*inner:1: .*script is being run; within itself it would have no end\n$/)
  })

  test('scripts within scripts, as deep as one likes, are told of by nothing', async () => {
    let path = script('read memory:1M 0\n')
    for (let i = 0; i < 20; i++) path = script(`run ${path}\n`, `script${i}`)
    const { code, stdout, stderr } = await iomap(['run', path])
    assert.deepEqual([code, stdout, stderr], [0, '0x00000000\n', ''])
  })

  test('a signal ends one whose command waits for ever', { timeout: 20_000 }, async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const child = start(['run', script(`read memory:1M 0\nload memory:1M 0 ${pipe}\n`)])
    child.stdout?.once('data', () => child.kill('SIGTERM'))
    const [, signal] = await once(child, 'exit')
    assert.equal(signal, 'SIGTERM')
  })

  test('a register file of standard input, which comes late, is all commands’', async () => {
    const lines = ['get memory:1M --svd - --peripheral uart', 'get memory:2M --svd - --peripheral uart']
    const words = [join(ROOT, 'dist/cli/iomap.js'), 'run', script(`read memory:1M 0\n${lines.join('\n')}\n`)]
    const child = spawn(process.execPath, words)
    child.stdout.once('data', () => child.stdin.end(CSRS))
    const { code, stdout, stderr } = await outcome(child)
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^0x00000000\n(0x0 .*UART.*\n){2}$/i)
  })

  test('what is no script is refused, and none of it is run', async () => {
    for (const [content, code, message] of [
      ['read memory:1M 0\n\0', 1, /script has zero bytes in it; that is no script\n$/],
      [
        `read memory:1M 0\n${'#'.repeat(64 * 1024 ** 2)}`,
        1,
        /has more than 67108864 bytes; that is no script\n$/,
      ],
      [`'${'x'.repeat(3e6)}'\n`, 2, /script:1: the line has 3000002 characters/],
    ] as const) {
      const ended = await iomap(['run', script(content)])
      assert.deepEqual([ended.code, ended.stdout], [code, ''])
      assert.match(ended.stderr, message)
    }
  })

  test('one that is not UTF-8 makes no file of another name', async () => {
    const path = script('')
    writeFileSync(path, Buffer.from(`dump memory:1M 0 1 --output ${folder}/\xe9`, 'latin1'))
    const { code, stderr } = await iomap(['run', path])
    assert.match(stderr, /script is not all UTF-8, and the names in it might be others; save it as UTF-8\n$/)
    assert.equal(code, 1)
  })

  test('a line as long as the kernel takes one', async () => {
    const word = 'x'.repeat(1e6)
    assert.deepEqual(splitWords(`a "${word}" '${word.slice(1)}'`), ['a', word, word.slice(1)])
    const { stderr } = await iomap(['run', script(`${word}\n`)])
    assert.ok(stderr.length < 3000 && /unknown command 'xxx/.test(stderr))
  })

  test('stops at the first error, with its line and its exit code', async () => {
    for (const [bad, code, message] of [
      ['read memory:1M 1M', 1, /^iomap: .*script:3: ERR_IO_RANGE: /],
      ['raed memory:1M 0', 2, /^iomap: .*script:3: unknown command 'raed' \(Did you mean read\?\)$/],
      ["read 'memory", 2, /^iomap: .*script:3: a quote is not closed/],
      ['poll memory:1M 0=1 --timeout 10ms', 3, /^iomap: .*script:3: 0=1 is not met/],
      [`run ${script('')}nothing`, 1, /script:3: ENOENT/],
    ] as const) {
      const ended = await iomap(['run', script(`read memory:1M 0\n\n${bad}\nread memory:1M 4\n`)])
      assert.deepEqual([ended.code, ended.stdout], [code, '0x00000000\n'], bad)
      assert.match(ended.stderr.trim(), message)
    }
  })

  test('reads standard input, which may have no line end', async () => {
    const { stdout, status } = spawnSync(process.execPath, [join(ROOT, 'dist/cli/iomap.js'), 'run', '-'], {
      input: 'read memory:1M 0 --width u8',
    })
    assert.deepEqual([status, stdout.toString()], [0, '0x00\n'])
  })

  test('Ctrl-C ends a read of much, and the script', { timeout: 60_000 }, async () => {
    const child = start(['run', script('read memory:1G 0 --width u8 --count 1G\nread memory:1M 0\n')])
    child.stdout?.once('data', () => child.kill('SIGINT'))
    const { code, stderr } = await outcome(child)
    assert.equal(code, 130)
    assert.match(stderr, /^iomap: .*script:1: interrupted\n$/)
  })

  test('one aperture has one mapping at a time, of the memory type that is asked for', async () => {
    const path = script(
      'read memory:1M 0\nwrite memory:1M 0 7\nload memory:1M 4 - --wc\nread memory:1M 0 --wc\nread memory:1M 0\n',
    )
    const { stdout, status } = spawnSync(process.execPath, [join(ROOT, 'dist/cli/iomap.js'), 'run', path], {
      input: 'data',
    })
    assert.equal(status, 0)
    assert.match(stdout.toString(), /0x00000007\n0x00000007\n$/)
  })
})

/** `iomap` for the shells that complete it. */
const iomapOnPath = (): NodeJS.ProcessEnv => {
  const path = join(folder, 'iomap')
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'dist/cli/iomap.js')}' "$@"\n`)
  chmodSync(path, 0o755)
  return { ...process.env, PATH: `${folder}:${process.env.PATH}`, HOME: folder }
}

describe('completion', () => {
  const complete = async (...words: string[]) =>
    (await iomap(['complete', '--', ...words], folder)).stdout.trim().split('\n')
  const block = ['--block', card.block]

  test('commands, options, their choices, files, apertures', async () => {
    assert.deepEqual(await complete('re'), ['read'])
    assert.ok(!(await complete('')).includes('complete'), 'what is for programs is not told')
    assert.ok((await complete('help', '')).includes('watch'))
    assert.deepEqual(await complete('dump', 'memory:1M', '--wi'), ['--width'])
    assert.deepEqual(await complete('dump', 'memory:1M', '--width', 'u'), ['u8', 'u16', 'u32', 'u64'])
    assert.deepEqual(await complete('get', 'memory:1M', '--block', 'car'), ['card', 'card.ts'])
    assert.deepEqual(await complete('read', 'file:car'), ['file:card', 'file:card.ts'])
    assert.ok((await complete('read', 'm')).includes('memory:'))
    assert.deepEqual(await complete('completion', ''), ['bash', 'zsh', 'fish'])
    assert.deepEqual(await complete('nothing', ''), [''])
  })

  test('registers and fields', async () => {
    assert.deepEqual(await complete('get', card.aperture, ...block, 'ST'), ['STATUS'])
    assert.deepEqual(await complete('get', card.aperture, ...block, 'STATUS', 'CTRL.D'), ['CTRL.DIV'])
    assert.deepEqual(await complete('set', card.aperture, ...block, 'CTRL.'), [
      'CTRL.EN=',
      'CTRL.MODE=',
      'CTRL.DIV=',
      'CTRL.KEY=',
    ])
    assert.deepEqual(await complete('poll', card.aperture, ...block, 'CARD.STATUS.D'), ['CARD.STATUS.DONE'])
  })

  test('what is to be read of standard input is left to the command', () => {
    const asked = ['get', 'memory:1M', '--svd', '-', '--peripheral']
    for (const words of [
      [...asked, 'uart', ''],
      [...asked, ''],
    ]) {
      const command = [join(ROOT, 'dist/cli/iomap.js'), 'complete', '--', ...words]
      const { status, stdout } = spawnSync(process.execPath, command, { input: CSRS })
      assert.deepEqual([status, stdout.toString()], [0, ''])
    }
  })

  const SHELLS: Readonly<Record<string, string>> = {
    bash: `source <(iomap completion bash)
      COMP_LINE="iomap read file:${folder}/card"; COMP_POINT=\${#COMP_LINE}; _iomap; printf 'file:%s\\n' "\${COMPREPLY[@]}"
      COMP_LINE="iomap dump x --width u6"; COMP_POINT=\${#COMP_LINE}; _iomap; printf '%s\\n' "\${COMPREPLY[@]}"`,
    fish: `source (iomap completion fish | psub); complete -C 'iomap read file:${folder}/card'; complete -C 'iomap dump x --width u6'`,
    zsh: `compdef() { :; }; source <(iomap completion zsh)
      compadd() { shift \${@[(i)--]}; print -rl -- $@ }
      words=(iomap read file:${folder}/card); CURRENT=3; _iomap
      words=(iomap dump x --width u6); CURRENT=5; _iomap`,
  }
  test('bash takes no name for a pattern', () => {
    const text = `shopt -s nullglob; source <(iomap completion bash)
      COMP_LINE="iomap get ${card.aperture} --block ${card.block} SPA"; COMP_POINT=\${#COMP_LINE}; _iomap; printf '%s\\n' "\${COMPREPLY[@]}"`
    const out = execFileSync('bash', ['-c', text], { env: iomapOnPath(), encoding: 'utf8', timeout: 50_000 })
    assert.deepEqual(out.trim().split('\n'), ['SPARE[0]', 'SPARE[1]'])
  })
  for (const [shell, text] of Object.entries(SHELLS)) {
    const missing = spawnSync(shell, ['-c', 'true']).error ? `NOT TESTED: there is no ${shell} here` : false
    if (missing && process.env.CI) throw new Error(missing)
    if (missing) console.error(`io-mapping: ${missing}`)
    test(`${shell} takes its script, and completes what has a colon`, { skip: missing }, () => {
      const out = execFileSync(shell, ['-c', text], { env: iomapOnPath(), encoding: 'utf8', timeout: 50_000 })
      assert.deepEqual(out.trim().split('\n'), [`file:${folder}/card`, `file:${folder}/card.ts`, 'u64'])
    })
  }
})

/** A shell on a terminal: instead of $SHELL, which may take the Ctrl-C for its own, too, as dash does. */
const onTerminal = async (context: TestContext) => {
  const env = { ...iomapOnPath(), XDG_STATE_HOME: join(folder, 'state'), TERM: 'xterm' }
  const child = spawn('script', ['-qec', 'echo $$ > pid; exec iomap shell', '/dev/null'], {
    env,
    cwd: folder,
  })
  context.after(() => child.kill('SIGKILL'))
  let shown = ''
  child.stdout.on('data', piece => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told beside the text
    shown += piece.toString().replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, '')
  })
  /** Waits until this is shown, of what was not yet waited for. */
  const until = async (text: RegExp) => {
    for (let i = 0; !text.test(shown) && i < 2000; i++) await setTimeout(10)
    assert.match(shown, text)
    shown = ''
  }
  await until(/iomap> $/)
  return { child, until, ended: new Promise<number | null>(resolve => child.once('close', resolve)) }
}

describe('iomap shell', () => {
  test('on a terminal: commands, completion, history, errors that do not end it', {
    timeout: 50_000,
  }, async context => {
    const { child, until, ended } = await onTerminal(context)
    child.stdin.write('write memory:1M 0 0x2a\r')
    await until(/wrote u32 0x0000002a[\s\S]*iomap> $/)
    child.stdin.write('raed x\r')
    await until(/iomap: unknown command 'raed'[\s\S]*iomap> $/)
    child.stdin.write('write memory:1M 0x8 1\r')
    await until(/wrote u32[\s\S]*iomap> $/)
    child.stdin.write('read memory:1M 0x\t')
    await until(/0x8 /)
    child.stdin.write('\r')
    await until(/0x00000001[\s\S]*iomap> $/)
    child.stdin.write('watch memory:1M 0\r')
    await until(/0x0 {2}0x/)
    child.stdin.write('\x03')
    await until(/iomap: interrupted[\s\S]*iomap> $/)
    child.stdin.write('\x04')
    assert.equal(await ended, 0)
    await until(/^\s*\n$/)
    const history = readFileSync(join(folder, 'state/iomap/history'), 'utf8').split('\n')
    assert.ok(history.includes('raed x') && history.includes('watch memory:1M 0'), history.join('; '))
  })

  test('SIGTERM ends a command, and the shell', { timeout: 50_000 }, async context => {
    const { child, until, ended } = await onTerminal(context)
    child.stdin.write('watch memory:1M 0\r')
    await until(/0x0 {2}0x/)
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGTERM')
    assert.equal(await ended, 143)
    await until(/iomap: interrupted\s*$/)
  })

  test('lines that are pasted are run one after the other, and what is behind them waits', {
    timeout: 50_000,
  }, async context => {
    const { child, until } = await onTerminal(context)
    child.stdin.write('write memory:1M 0 0x11\rread memory:1M 0\rread memory:1M 0 --wi')
    await until(/wrote u32 0x00000011[\s\S]*\n0x00000011\s+iomap> read memory:1M 0 --wi$/)
    child.stdin.write('dth u8\r')
    await until(/\n0x11\s+iomap> $/)
    child.stdin.write('read mem')
    await until(/read mem$/)
    child.stdin.write('\x03')
    await until(/\^C\s+iomap> $/) // the line is empty
    child.stdin.write('watch memory:1M 0\rwrite memory:1M 0 0x22\r')
    await until(/0x0 {2}0x00000011/)
    child.stdin.write('\x03')
    await until(/iomap: interrupted\s+iomap> $/)
    child.stdin.write('read memory:1M 0 --width u16\r')
    await until(/u16\s+0x0000\s+iomap> $/) // another memory, since an error forgets all, and none wrote 0x22
  })

  test('a block or a register file that is edited is read anew', { timeout: 50_000 }, async context => {
    const block = (name: string) =>
      writeFileSync(
        join(folder, 'edited.mjs'),
        `import { reg32, registers } from 'io-mapping/registers'\nexport const E = registers({ ${name}: reg32(0) })\n`,
      )
    const csrs = (name: string) =>
      writeFileSync(
        join(folder, 'csr.json'),
        JSON.stringify({
          csr_bases: { uart: 0 },
          csr_registers: { [`uart_${name}`]: { addr: 0, size: 1, type: 'rw' } },
          constants: { config_csr_data_width: 32 },
        }),
      )
    block('FIRST')
    csrs('first')
    const { child, until } = await onTerminal(context)
    const get = async (how: string, shown: RegExp) => {
      child.stdin.write(`get memory:1M ${how}\r`)
      await until(shown)
    }
    await get('--block edited.mjs', /E\.FIRST +0x00000000\s+iomap> $/)
    block('OTHER')
    await get('--block edited.mjs', /E\.OTHER +0x00000000\s+iomap> $/)
    await get('--svd csr.json --peripheral uart', /first +0x00000000[\s\S]*iomap> $/i)
    csrs('other')
    await get('--svd csr.json --peripheral uart', /other +0x00000000[\s\S]*iomap> $/i)
  })

  test('Ctrl-C ends what has no end of its own, with the shell', { timeout: 50_000 }, async context => {
    const { child, until, ended } = await onTerminal(context)
    child.stdin.write('load memory:1M 0 -\r')
    await until(/iomap: standard input is the terminal of this session; name a file\s+iomap> $/)
    execFileSync('mkfifo', [join(folder, 'nobody-writes')])
    child.stdin.write('load memory:1M 0 nobody-writes\r')
    await until(/load memory:1M 0 nobody-writes\s*$/)
    await setTimeout(1000) // it is to wait for its input
    child.stdin.write('\x03')
    assert.equal(await ended, 130)
  })

  test('from a pipe it is a script', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'dist/cli/iomap.js'), 'shell'],
      {
        input: 'read memory:1M 0\nnothing\n',
        encoding: 'utf8',
      },
    )
    assert.deepEqual([status, stdout], [2, '0x00000000\n'])
    assert.match(stderr, /^iomap: standard input:2: unknown command 'nothing'; iomap help lists all\n$/)
  })
})

describe('the history', () => {
  test('an XDG_STATE_HOME that begins nowhere is ignored', () => {
    const { XDG_STATE_HOME, HOME } = process.env
    Object.assign(process.env, { XDG_STATE_HOME: 'state', HOME: join(folder, 'home') })
    try {
      new History().add('read 1')
      assert.equal(readFileSync(join(folder, 'home/.local/state/iomap/history'), 'utf8'), 'read 1\n')
    } finally {
      for (const [name, value] of Object.entries({ XDG_STATE_HOME, HOME }))
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
    }
  })

  test('each line is saved as it is typed: shells that run beside each other have all of both', () => {
    const before = process.env.XDG_STATE_HOME
    process.env.XDG_STATE_HOME = join(folder, 'other')
    try {
      const [one, other] = [new History(), new History()]
      one.add('read 1')
      other.add('read 2')
      one.add('read 3')
      one.add('read 1')
      assert.deepEqual(new History().lines, ['read 1', 'read 3', 'read 2'])
      for (let i = 0; i < 2500; i++) other.add(`line ${i}`)
      assert.equal(new History().lines.length, 1000)
      assert.equal(readFileSync(join(folder, 'other/iomap/history'), 'utf8').split('\n').length, 1001)
    } finally {
      if (before === undefined) delete process.env.XDG_STATE_HOME
      else process.env.XDG_STATE_HOME = before
    }
  })
})
