// Words from an SVD file, made into TypeScript: whatever they are, nothing of them becomes code.

export const LINE = 110

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/** Words that can't be the name of a constant. */
const KEYWORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
)

/** A text in quotes: single ones, unless that means to escape one. */
const quoted = (text: string): string => {
  const double = JSON.stringify(text).replace(
    /[\u2028\u2029]/g,
    each => `\\u${each.charCodeAt(0).toString(16)}`,
  )
  if (text.includes("'")) return double
  return `'${double.slice(1, -1).replaceAll('\\"', '"')}'`
}

/** A property's name. `__proto__` is one only in brackets: else it would be the object's prototype. */
export const key = (name: string): string =>
  name === '__proto__' ? "['__proto__']" : IDENTIFIER.test(name) ? name : quoted(name)

/** The name of a constant that is free in `taken`, with each of these endings; it then is taken. */
export const constant = (name: string, taken: Set<string>, endings: readonly string[]): string => {
  const words = name.replace(/[^\w$]/g, '_').replace(/^(?=\d|$)/, '_')
  let free = KEYWORDS.has(words) ? `${words}_` : words
  const isTaken = () => endings.some(ending => taken.has(free + ending))
  for (let tries = 0; isTaken(); tries++) free = tries === 0 ? `${words}_` : `${words}_${taken.size + tries}`
  for (const ending of endings) taken.add(free + ending)
  return free
}

export const hex = (value: number | bigint): string => {
  const digits = value.toString(16)
  return `0x${digits.padStart(2, '0')}${typeof value === 'bigint' ? 'n' : ''}`
}

/** A text in lines that are no longer than `width`. */
const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const clean = (text: string): string =>
  text
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .trim()
    .replaceAll('*/', '*\\/')
    .replace(/@(?=ts-)/gi, '@ ') // what tells the compiler something, from within a comment, too

/** A documentation comment, or nothing where there is nothing to say. */
export const docComment = (text: string, indent: string): string[] => {
  const words = clean(text)
  if (words === '') return []
  const single = `${indent}/** ${words} */`
  if (single.length <= LINE) return [single]
  return [
    `${indent}/**`,
    ...wrap(words, LINE - indent.length - 3).map(line => `${indent} * ${line}`),
    `${indent} */`,
  ]
}

/** Comment lines. */
export const lineComment = (text: string): string[] => wrap(clean(text), LINE - 3).map(line => `// ${line}`)
