/** A test that was not run. */
export interface Skip {
  name: string
  /** True if none was given. */
  reason: string | true
}

/** What reporter.ts wrote. */
export function parseSkips(lines: string): Skip[] {
  return lines
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Skip)
}

/** The reasons and how many tests each of them kept from running, a line each, the largest first. */
export function countByReason(skips: Skip[]): string[] {
  const counts = new Map<string, number>()
  for (const { reason } of skips) counts.set(String(reason), (counts.get(String(reason)) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} × ${reason}`)
}

/** The names of those that don't say why. */
export function withoutReason(skips: Skip[]): string[] {
  return skips.filter(({ reason }) => reason === true || reason.trim() === '').map(({ name }) => name)
}
