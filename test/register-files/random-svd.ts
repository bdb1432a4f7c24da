// SVD files that no one wrote: small random ones, right and odd.
import fc from 'fast-check'
import { deviceOf } from './chip.js'

/** `usual` mostly, else one of `odd`. */
const mostly = <T>(usual: fc.Arbitrary<T>, ...odd: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...odd) })

const escaped = (text: string): string => text.replace(/[&<>]/g, each => `&#${each.charCodeAt(0)};`)

const element = (tag: string, content: string | undefined, attributes = ''): string =>
  content === undefined ? '' : `<${tag}${attributes}>${content}</${tag}>`

/** What is there, or isn't. */
const maybe = (tag: string, content: fc.Arbitrary<string>, freq = 3): fc.Arbitrary<string> =>
  fc.option(content, { nil: undefined, freq }).map(text => element(tag, text))

const joined = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map(all => all.join(''))

const name = mostly(
  fc.constantFrom('A', 'B', 'C', 'CTRL', 'X%s', 'Y[%s]', 'reserved'),
  ...[
    '__proto__',
    'constructor',
    'then',
    'toString',
    'offset',
    'read',
    'default',
    'class',
    '0',
    '1',
    '10',
    '01',
    '',
  ],
  ...[
    "it's",
    '"',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what would be code, were it not a name
    '`${x}`',
    '*/',
    '//',
    '\\',
    '\u2028',
    'ä',
    'a.b',
    'a b',
    '%s',
    '%s%s',
    '[%s]',
    '$&%s',
    '\ud83d\ude00',
    '-',
  ],
).map(escaped)

const text = mostly(
  fc.constantFrom('plain', 'of %s'),
  ...[
    '*/ x',
    '@ts-expect-error',
    '@ts-ignore',
    '/',
    '*',
    '**//',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the same, in a comment
    '${x}',
    '\\',
    '\u2028x',
    '`',
    "'",
    '@ts-nocheck',
    '\u202e',
    '&',
    '',
  ],
).map(escaped)

const number = (most: number): fc.Arbitrary<string> =>
  mostly(
    fc.nat(most).map(value => (value % 2 ? `0x${value.toString(16)}` : `${value}`)),
    ...['', '-1', '0b11', '#101', '4k', '0x1fffffffffffff', '99999999999999999999', 'NaN', '1.5', '0X1F'],
  )

const access = mostly(
  fc.constantFrom('read-only', 'write-only', 'read-write'),
  ...['writeOnce', 'read-writeOnce', 'RW', 'read-clear', 'sometimes', '__proto__'],
)
const readAction = mostly(fc.constantFrom('clear', 'set', 'modify', 'modifyExternal'), 'toString')
const writeAction = mostly(
  fc.constantFrom(
    'oneToClear',
    'oneToSet',
    'oneToToggle',
    'zeroToClear',
    'zeroToSet',
    'zeroToToggle',
    'clear',
    'set',
    'modify',
  ),
  'ONETOCLEAR',
  'constructor',
)
const behaviour = joined(
  maybe('access', access),
  maybe('readAction', readAction, 6),
  maybe('modifiedWriteValues', writeAction, 4),
)
const dimension = fc.option(
  joined(
    maybe('dim', mostly(fc.constantFrom('1', '2', '3'), '0', '70000', '-1', 'x'), 20),
    maybe('dimIncrement', mostly(fc.constantFrom('1', '4', '8'), '0', '3', '0x1fffffffffffff'), 20),
    maybe(
      'dimIndex',
      mostly(fc.constantFrom('0-1', '0-2', 'A-B', 'a,b', 'x,y,z'), '2-0', 'A,A', '__proto__,then', ','),
    ),
  ),
  { nil: '', freq: 4 },
)

const values = joined(
  maybe('name', name),
  maybe('usage', mostly(fc.constantFrom('read', 'write', 'read-write'), 'never')),
  fc
    .array(
      joined(
        maybe('name', name, 20),
        maybe(
          'value',
          mostly(fc.constantFrom('0', '1', '2', '3', '#0x', '#1x', '0b11'), '#xxxxxxxxx', '9', '-1', ''),
          12,
        ),
        maybe('isDefault', fc.constantFrom('true', 'false', '1')),
        maybe('description', text),
      ).map(inside => element('enumeratedValue', inside)),
      { maxLength: 4 },
    )
    .map(all => all.join('')),
).map(inside => element('enumeratedValues', inside))

const range = fc.tuple(fc.nat(33), fc.nat(5)).map(([low, more]) => [low + more, low] as const)
const place = fc.oneof(
  range.map(([high, low]) => element('bitRange', `[${high}:${low}]`)),
  range.map(([high, low]) => element('lsb', `${low}`) + element('msb', `${high}`)),
  range.map(([high, low]) => element('bitOffset', `${low}`) + element('bitWidth', `${high - low + 1}`)),
  mostly(
    fc.constant('<bitOffset>3</bitOffset>'),
    '',
    '<bitRange>[0:7]</bitRange>',
    '<lsb>3</lsb>',
    '<bitRange>[63:0]</bitRange>',
    '<msb>3</msb>',
  ),
)
const derived = fc.option(mostly(fc.constantFrom('A', 'B', 'C', 'P.A'), 'CTRL', '', '.', 'P..A'), {
  nil: undefined,
  freq: 4,
})
const withBase = (tag: string, inside: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(derived, inside)
    .map(([from, content]) => element(tag, content, from === undefined ? '' : ` derivedFrom="${from}"`))

const field = withBase(
  'field',
  joined(
    maybe('name', name, 20),
    maybe('description', text),
    place,
    behaviour,
    dimension,
    fc.array(values, { maxLength: 2 }).map(all => all.join('')),
  ),
)
const several = (one: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(one, { maxLength }).map(all => all.join(''))

const offset = mostly(
  fc.nat(8).map(word => `${4 * word}`),
  ...['1', '2', '0x1ffffffffffff8', '0x1fffffffffffff', '-4', ''],
)
const properties = joined(
  maybe('size', mostly(fc.constantFrom('8', '16', '32', '64'), '24', '1', '0', '128', '48', 'x'), 3),
  behaviour,
  maybe('resetValue', number(0xffff)),
  maybe('resetMask', number(0xffff), 6),
)
const register = withBase(
  'register',
  joined(
    maybe('name', name, 20),
    maybe('displayName', name, 5),
    maybe('description', text),
    maybe('alternateGroup', name, 8),
    maybe('alternateRegister', name, 8),
    maybe('addressOffset', offset, 20),
    dimension,
    properties,
    maybe('fields', several(field, 4), 1),
  ),
)
const cluster = (inside: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  withBase(
    'cluster',
    joined(maybe('name', name, 20), maybe('addressOffset', offset, 20), dimension, properties, inside),
  )
const items = several(
  fc.oneof({ weight: 4, arbitrary: register }, cluster(several(fc.oneof(register, cluster(register)), 2))),
  5,
)
const interrupts = several(
  joined(maybe('name', name, 20), maybe('value', number(99), 20), maybe('description', text)).map(inside =>
    element('interrupt', inside),
  ),
  2,
)
const peripheral = withBase(
  'peripheral',
  joined(
    maybe('name', fc.oneof(fc.constant('P'), name), 20),
    maybe('description', text),
    maybe('groupName', name),
    maybe('baseAddress', number(0xffff), 20),
    dimension,
    properties,
    interrupts,
    maybe('registers', items, 8),
  ),
)
const file = joined(
  maybe('licenseText', text),
  maybe('addressUnitBits', mostly(fc.constantFrom('8'), '16', '32', '7', '0')),
  maybe('cpu', fc.constantFrom('<endian>big</endian>', '<endian>little</endian>')),
  properties,
)
export const svd = fc
  .tuple(file, fc.array(peripheral, { minLength: 1, maxLength: 3 }))
  .map(([about, peripherals]) =>
    deviceOf(...peripherals).replace('<peripherals>', () => `${about}<peripherals>`),
  )
