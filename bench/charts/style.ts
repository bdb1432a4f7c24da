import type { Config, TopLevelSpec } from 'vega-lite'
import { machineLines } from '../machine.js'
import type { Machine } from '../results.js'

export type Panel = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number]

/** io-mapping's own figures, and everyone else's. */
export const OURS = '#1f6feb'
export const OTHERS = '#9aa4af'
const TEXT = '#1f2328'
const FAINT = '#656d76'

/** Fonts that are everywhere; a white ground, so that it reads on a dark page too. */
const config: Config = {
  background: '#ffffff',
  font: 'Helvetica, Arial, sans-serif',
  padding: 16,
  view: { stroke: null },
  axis: {
    labelColor: TEXT,
    titleColor: FAINT,
    titleFontWeight: 'normal',
    gridColor: '#eaeef2',
    labelLimit: 320,
  },
  text: { color: TEXT, fontSize: 11 },
  title: {
    color: TEXT,
    subtitleColor: FAINT,
    anchor: 'start',
    fontSize: 15,
    subtitleFontSize: 12,
    offset: 14,
  },
}

/** A chart with its title, and the machine it was measured on in small letters below. */
export const framed = (
  title: string,
  subtitle: string,
  chart: Panel,
  machine: Machine,
  width: number,
): TopLevelSpec => ({
  config,
  title: { text: title, subtitle, frame: 'bounds' },
  spacing: 8,
  vconcat: [
    chart,
    {
      width,
      height: { step: 14 },
      data: { values: machineLines(machine).map(line => ({ line })) },
      mark: { type: 'text', align: 'left', x: 0, color: FAINT, fontSize: 10 },
      encoding: {
        y: { field: 'line', type: 'nominal', axis: null, sort: null },
        text: { field: 'line' },
      },
    },
  ],
})
