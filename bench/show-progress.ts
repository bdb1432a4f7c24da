/** What is done now, on one line of the terminal that the next word overwrites; elsewhere only the title. */
export const showProgress = (title: string): { say(doing: string): void; end(): void } => {
  const { stderr } = process
  if (!stderr.isTTY) {
    stderr.write(`${title}\n`)
    return { say: () => {}, end: () => {} }
  }
  return {
    say: doing => void stderr.write(`\r\x1b[K${`${title}: ${doing}`.slice(0, stderr.columns - 1)}`),
    end: () => void stderr.write('\r\x1b[K'),
  }
}
