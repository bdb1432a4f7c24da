// What runs first in the guest. It talks to the host (run.ts) by serial ports: one is the kernel's console,
// one the command's terminal, one the control line: a word and its argument a line.

export const commandPath = '/etc/iomap-vm/command'
export const modulesPath = '/etc/iomap-vm/modules'
const statusPath = '/etc/iomap-vm/status'

export interface Command {
  words: string[]
  env: Record<string, string>
  /** Whether anything comes in on its standard input. */
  input: boolean
  /** Set for a command that is to have a terminal of its own. */
  terminal?: { rows: number; columns: number } | undefined
  /** What is done before it starts, by the shell; `early`: before modules are loaded. */
  first: string[]
  early: string[]
}

export function initScript(command: Command, [, terminal, control]: [string, string, string]): string {
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
hostname guest
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t debugfs debugfs /sys/kernel/debug
mount -t tmpfs tmpfs /tmp
mkdir /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
exec </dev/console >/dev/console 2>&1
exec 3<>/dev/${terminal} 4<>/dev/${control}
stty raw -echo <&4
stty ${terminalSettings(command)} <&3
${command.early.join('\n')}
while read -r module; do
  insmod "$module" || echo "error the kernel module $module could not be loaded" >&4
done <${modulesPath}
${command.first.join('\n')}
echo ready >&4
read -r go <&4
${start(command)}
echo "status $(cat ${statusPath})" >&4
read -r go <&4
poweroff -f
`
}

/** Runs the command, keeps its status. stty waits until the output is out: a closed terminal may drop it. */
function start({ terminal, input }: Command): string {
  const run = `sh ${commandPath}`
  const keep = `echo $? >${statusPath}`
  if (terminal) {
    const session = `trap : INT QUIT; ${run}; ${keep}; stty sane`
    return `setsid -c sh -c '${session}' <&3 >&3 2>&3 3>&- 4>&-`
  }
  // by pipes, so that the command knows that no person looks on
  const ends = 'cat >&3\nstty raw <&3'
  if (!input) return `{ ${run} </dev/null 2>&1 3>&- 4>&-; ${keep}; } | ${ends}`
  return `${feed}\nfeed | { ${run} 2>&1 3>&- 4>&-; ${keep}; echo over >&4; } | ${ends}`
}

/** What the host sends (input.ts), into a pipe: the lengths of pieces come by the control line, the last is 0. */
const feed = `feed() {
  while read -r length <&4 && [ "$length" != 0 ]; do
    head -c "$length" <&3
    echo taken >&4
  done
}`

/** A person's terminal, or else a line on which bytes pass as they are. */
function terminalSettings({ terminal }: Command): string {
  return terminal ? `sane rows ${terminal.rows} cols ${terminal.columns}` : 'raw -echo'
}

export function commandScript({ words, env }: Command): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}\n`)
  return `cd /io-mapping\n${exports.join('')}exec ${words.map(quote).join(' ')}\n`
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
