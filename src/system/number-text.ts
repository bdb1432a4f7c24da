// Whole numbers as people write them: 4096, 0x1000, 0b1010, 0xFFFF_0000, 16M, -1, ~0x80, 1<<7, 1<<7|1<<3.

const UNITS = ['', 'K', 'M', 'G', 'T'] as const

/** A lone B would be a unit, too, but 0b and 101b are begun, or meant, as binary numbers. */
const LITERAL =
  /^(0x[0-9a-f]+(?:_[0-9a-f]+)*|0b[01]+(?:_[01]+)*|0o[0-7]+(?:_[0-7]+)*|[0-9]+(?:_[0-9]+)*)(?:([KMGT])(?:i?B)?)?$/i

/** A number that begins with 0, and so is octal to C. */
const OCTAL = /^0[0-9_]+$/

/** Digits of a hexadecimal number that could be no other. */
const BARE_HEX = /^(?=.*[a-f])[0-9a-f]+$/i

/** More bits than anything here has; a shift by more would only take memory. */
const SHIFT_MAX = 128n

const literal = (text: string): bigint | undefined => {
  const [, digits, unit = ''] = LITERAL.exec(text) ?? []
  if (digits === undefined || OCTAL.test(digits)) return undefined
  return BigInt(digits.replaceAll('_', '')) * 1024n ** BigInt(UNITS.indexOf(unit.toUpperCase() as 'K'))
}

const unary = (text: string): bigint | undefined => {
  const [, sign = '', rest = ''] = /^([-~]?)\s*(.*)$/s.exec(text) ?? []
  if (sign === '') return literal(rest)
  const value = unary(rest)
  return value === undefined ? undefined : sign === '-' ? -value : ~value
}

const shifted = (text: string): bigint | undefined => {
  const [first = '', ...counts] = text.split('<<').map(each => each.trim())
  return counts.reduce<bigint | undefined>((value, count) => {
    const bits = literal(count)
    return value === undefined || bits === undefined || bits > SHIFT_MAX ? undefined : value << bits
  }, unary(first))
}

/** What a text means; undefined: it is no number. */
export const parseNumber = (text: string): bigint | undefined =>
  text
    .trim()
    .split('|')
    .map(each => shifted(each.trim()))
    .reduce((all, each) => (all === undefined || each === undefined ? undefined : all | each))

/**
 * The bits that a text means where there are so many: a negative number is its two's complement, and ~ turns all of them. Undefined: it is no
 * number, or does not fit.
 */
export const parseBits = (text: string, bits: number): bigint | undefined => {
  const value = parseNumber(text)
  const least = -(2n ** BigInt(text.trim().startsWith('~') ? bits : bits - 1))
  return value !== undefined && value >= least && value < 2n ** BigInt(bits)
    ? BigInt.asUintN(bits, value)
    : undefined
}

/** What is to be typed in place of a text that is no number, or `allowed`: for messages. */
export const numberAdvice = (text: string, allowed: string): string => {
  const digits = text.trim().replaceAll('_', '')
  if (BARE_HEX.test(digits)) return `${allowed}; a hexadecimal one has 0x in front: 0x${digits}`
  if (!OCTAL.test(text.trim())) return allowed
  const decimal = digits.replace(/^0+(?=.)/, '')
  const octal = /^[0-7]+$/.test(digits)
    ? `0o${decimal} (${Number.parseInt(digits, 8)}, as C and devmem2 read it) or `
    : ''
  return `written without the 0 in front: ${octal}${decimal}`
}
