// The picture's colours.
export const INK = {
  top: 0x141a2b,
  bottom: 0x0a0d16,
  line: 0x2b3550,
  lineBright: 0x46557c,
  card: 0x0b0e18,
  white: 0xf4f7ff,
  soft: 0xa9b4d0,
  dim: 0x6f7c9e,
  held: { from: 0xff8a3d, to: 0xff3d8b },
  atomic: { from: 0x38e1ff, to: 0x6f7bff },
} as const

/** The bars of SMPTE's test card, at 75 %: white, yellow, cyan, green, magenta, red, blue. */
export const BARS = [0xbfbfbf, 0xbfbf00, 0x00bfbf, 0x00bf00, 0xbf00bf, 0xbf0000, 0x0000bf] as const
