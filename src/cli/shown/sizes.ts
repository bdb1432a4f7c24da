const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size as people say it: 12 bytes, 4.9 KiB, 256.0 MiB. */
export const spokenSize = (bytes: number): string => {
  if (bytes < 1024) return `${Math.round(bytes)} bytes`
  const larger = UNITS.findIndex((_, i) => Number((bytes / 1024 ** (i + 1)).toFixed(1)) < 1024)
  const unit = larger < 0 ? UNITS.length - 1 : larger
  return `${(bytes / 1024 ** (unit + 1)).toFixed(1)} ${UNITS[unit]}`
}
