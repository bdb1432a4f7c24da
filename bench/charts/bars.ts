// Horizontal bars with their figures at their ends.
import { OTHERS, OURS, type Panel } from './style.js'

export interface Bar {
  readonly label: string
  readonly value: number
  /** The figure as it is written at the bar's end. */
  readonly text: string
  readonly ours: boolean
  /** Bars of one group stand together, under its name. */
  readonly group?: string
}

export interface BarOptions {
  readonly axis: string
  /** From and to, in the axis' unit; `log`: by powers of ten. */
  readonly domain: readonly [number, number]
  readonly log?: boolean
  readonly width: number
  /** Without the names to the left, where a panel beside it has them. */
  readonly bare?: boolean
  readonly ticks?: readonly number[]
}

const STEP = 20

export const bars = (values: readonly Bar[], options: BarOptions): Panel => {
  const { axis, domain, log = false, width, bare = false, ticks } = options
  const [from, to] = domain
  const drawn = values.map(bar => ({ ...bar, from, value: Math.max(bar.value, from) }))
  const groups = [...new Set(values.flatMap(({ group }) => group ?? []))]
  const scale = log
    ? ({ type: 'log', domain: [from, to], nice: false } as const)
    : ({ type: 'linear', domain: [from, to], nice: false } as const)
  return {
    data: { values: drawn },
    ...(groups.length > 0 && { facet: { row: facetOf(groups, bare) }, spacing: 14 }),
    ...inGroup(groups.length > 0, {
      width,
      height: { step: STEP },
      encoding: {
        y: {
          field: 'label',
          type: 'nominal',
          sort: null,
          title: null,
          axis: bare ? null : { domain: false, ticks: false, labelPadding: 8 },
        },
      },
      layer: [
        {
          mark: { type: 'bar', height: 13, cornerRadiusEnd: 2 },
          encoding: {
            x: {
              field: 'value',
              type: 'quantitative',
              scale,
              axis: { title: axis, format: ',~r', ...(ticks && { values: [...ticks] }) },
            },
            x2: { field: 'from' },
            color: { condition: { test: 'datum.ours', value: OURS }, value: OTHERS },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 5 },
          encoding: { x: { field: 'value', type: 'quantitative' }, text: { field: 'text' } },
        },
      ],
    }),
  } as Panel
}

/** One group below another. A bare panel keeps the room for their names, so that it stands beside one that has them. */
const facetOf = (groups: readonly string[], bare: boolean) => ({
  field: 'group',
  type: 'nominal',
  sort: groups,
  title: null,
  header: {
    labelAngle: 0,
    labelAlign: 'left',
    labelOrient: 'top',
    labelAnchor: 'start',
    labelFontWeight: 'bold',
    labelPadding: -8, // close to its bars
    ...(bare && { labelExpr: "' '" }),
  },
})

/** A facet holds its picture in `spec`; a panel of its own is one. */
const inGroup = (grouped: boolean, picture: object): object => (grouped ? { spec: picture } : picture)
