// The records of ioctl(2), as whoever answers sees them.

/** An errno that a call is answered with. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

/** What each record starts with: its own size. */
export const checkSize = (view: DataView, least: number): void => {
  if (view.byteLength < least || view.getUint32(0, true) !== view.byteLength) throw new Refused('EINVAL')
}
