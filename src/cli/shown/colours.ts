/** Whether standard output shows colours: a terminal that has some, unless NO_COLOR says otherwise. */
export const hasColours = (): boolean =>
  process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
