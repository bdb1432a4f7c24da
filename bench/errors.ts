/** Something the person who runs the benchmark can understand and put right: its message is all they need. */
export class BenchError extends Error {
  override name = 'BenchError'
}
