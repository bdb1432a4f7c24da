/** Something the person at this machine can understand and put right: its message is all they need. */
export class HostError extends Error {
  override name = 'HostError'
}

/** Runs a program, `name`: a HostError is told without a stack trace. */
export const runProgram = async (name: string, run: () => Promise<void>): Promise<void> => {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    console.error(`${name}: ${error.message}`)
    process.exitCode = 1
  }
}
