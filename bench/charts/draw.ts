// Vega-Lite draws them: a well-kept library that needs no browser. ECharts does as well, and is three times its size.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { projectRoot } from '../paths.js'
import type { Results } from '../results.js'
import { sizeChart } from './aperture-size.js'
import { copyChart } from './copies.js'
import { interruptChart } from './interrupts.js'
import { mapChart } from './map.js'
import { registerChart } from './registers.js'

const CHARTS: Readonly<Record<string, (results: Results) => TopLevelSpec>> = {
  map: mapChart,
  registers: registerChart,
  interrupts: interruptChart,
  'aperture-size': sizeChart,
  copies: copyChart,
}

const FOLDER = join(projectRoot, 'docs', 'performance')

export const renderChart = (spec: TopLevelSpec): Promise<string> =>
  new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()

/** Writes all charts into docs/performance/. */
export const drawCharts = async (results: Results): Promise<void> => {
  mkdirSync(FOLDER, { recursive: true })
  for (const [name, chart] of Object.entries(CHARTS)) {
    writeFileSync(join(FOLDER, `${name}.svg`), `${await renderChart(chart(results))}\n`)
  }
}
