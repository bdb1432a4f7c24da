// What `lspci -vvv -D` prints, taken apart: devices, their lines, their capabilities, and the parts of those.

/** A capability: its parts by their labels, `title` first. */
export interface LspciCapability {
  readonly offset: number
  readonly parts: ReadonlyMap<string, string>
}

export interface LspciDevice {
  readonly address: string
  /** Behind the address. */
  readonly title: string
  /** By their labels. */
  readonly lines: ReadonlyMap<string, string>
  readonly capabilities: readonly LspciCapability[]
}

/** Lines that go on are joined with the one before: `depth` tabs begin a line. */
const joined = (lines: readonly string[], depth: number): string[] => {
  const found: string[] = []
  for (const line of lines) {
    const tabs = /^\t*/.exec(line)?.[0].length ?? 0
    if (tabs > depth && found.length > 0) found.push(`${found.pop()} ${line.trim()}`)
    else found.push(line.trim())
  }
  return found
}

/** A line without a label is one by the label ''. */
const labelled = (lines: readonly string[]): Map<string, string> =>
  new Map(
    lines.map(line => {
      const [, label = '', rest = line] =
        /^(Expansion ROM at|[A-Za-z/0-9 -]+?(?=:)):?\s*(.*)$/.exec(line) ?? []
      return [label, rest] as const
    }),
  )

const capabilityOf = ([first = '', ...lines]: readonly string[]): LspciCapability => {
  const [, offset = '', title = ''] = /^\tCapabilities: \[([0-9a-f]+)(?: v[0-9]+)?\] (.*)$/.exec(first) ?? []
  return {
    offset: Number.parseInt(offset, 16),
    parts: new Map([['title', title], ...labelled(joined(lines, 2))]),
  }
}

const deviceOf = (text: string): LspciDevice => {
  const [first = '', ...lines] = text.split('\n').filter(line => line !== '')
  const [, address = '', title = ''] = /^(\S+) (.*)$/.exec(first) ?? []
  const own: string[] = []
  const capabilities: string[][] = []
  let current = own
  for (const line of lines) {
    if (line.startsWith('\tCapabilities: [')) capabilities.push((current = []))
    else if (/^\t[^\t]/.test(line)) current = own
    current.push(line)
  }
  return { address, title, lines: labelled(joined(own, 1)), capabilities: capabilities.map(capabilityOf) }
}

export const parseLspci = (text: string): LspciDevice[] => text.trim().split('\n\n').map(deviceOf)
