/** What `attempt` returns; if it throws, what was opened for it is closed. */
export const closingUnless = <T>(opened: { close(): void }, attempt: () => T): T => {
  try {
    return attempt()
  } catch (error) {
    opened.close()
    throw error
  }
}
