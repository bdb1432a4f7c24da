import type { Column } from '../row.js'

export const MS: Column = { title: 'ms', unit: 'ms', of: ({ ns }) => ns / 1e6 }
