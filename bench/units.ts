const digits = (value: number): string =>
  value === 0
    ? '0'
    : value.toLocaleString(
        'en-US',
        value < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 },
      )

const UNITS = {
  ns: (value: number) => `${digits(value)} ns`,
  ms: (value: number) => `${digits(value)} ms`,
  MiB: (value: number) => `${digits(value)} MiB`,
  'GB/s': (value: number) => `${digits(value)} GB/s`,
  'M/s': (value: number) => `${digits(value)} M/s`,
  times: (value: number) => `${digits(value)}×`,
  '%': (value: number) => `${digits(value * 100)} %`,
  count: digits,
} as const

export type Unit = keyof typeof UNITS

export const format = (value: number | undefined, unit: Unit): string =>
  value === undefined || !Number.isFinite(value) ? '–' : UNITS[unit](value)
