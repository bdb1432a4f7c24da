/** What is not a number of bytes at all. TypeScript refuses these; JavaScript does not. */
export const WRONG: readonly number[] = [
  undefined,
  null,
  '0',
  '4',
  {},
  [],
  [4],
  true,
  () => 4,
] as unknown as number[]
