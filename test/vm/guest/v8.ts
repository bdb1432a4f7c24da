// V8's own words for how a function is compiled, under --allow-natives-syntax.

/** Runs V8's runtime function `name` on `f`. TypeScript can't parse %, so it is made from text. */
const runtime = (name: string) => new Function('f', `return %${name}(f)`) as (f: unknown) => unknown

// The bits of %GetOptimizationStatus (V8's src/runtime/runtime.h). V8 14 dropped one below them.
const shift = Number(process.versions.v8.split('.')[0]) >= 14 ? 1 : 0
const BITS = {
  maglev: 1 << (5 - shift),
  turbofan: 1 << (6 - shift),
  interpreted: 1 << (7 - shift),
  baseline: 1 << (15 - shift),
} as const

export type Tier = keyof typeof BITS

/** The tier whose code the next call of `f` would run. */
export const tierOf = (f: unknown): Tier | 'none' => {
  const status = Number(runtime('GetOptimizationStatus')(f))
  return (Object.keys(BITS) as Tier[]).find(tier => (status & BITS[tier]) !== 0) ?? 'none'
}

/** Sees to it that `f` is compiled by `tier` when it is next called. It must have run before, prepared. */
export const optimise = (f: unknown, tier: 'maglev' | 'turbofan'): void => {
  runtime(tier === 'maglev' ? 'OptimizeMaglevOnNextCall' : 'OptimizeFunctionOnNextCall')(f)
}

/** Keeps what V8 learns of `f` from being thrown away before it is optimised. */
export const prepare = (f: unknown): void => {
  runtime('PrepareFunctionForOptimization')(f)
}

/** Keeps `f` from being optimised, and so what it calls from being inlined into it. */
export const neverOptimise = <F>(f: F): F => {
  runtime('NeverOptimizeFunction')(f)
  return f
}
