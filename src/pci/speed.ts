/** A link's, in GT/s. */
export const SPEED = { '2.5': 1, '5': 2, '8': 3, '16': 4, '32': 5, '64': 6 } as const
