// Formats under the names of Linux's drm_fourcc.h: a pixel is a little-endian number, and a name says what is in it from
// the highest bit down. So xrgb8888 lies in memory as blue, green, red, unused; rgb888 as blue, green, red.
interface Field {
  readonly shift: number
  readonly bits: number
}

export interface PixelFormat {
  /** Bytes a pixel. */
  readonly bytes: number
  /** Red, green, blue and perhaps alpha; or grey alone. */
  readonly fields: readonly Field[]
}

const format = (bytes: number, ...fields: [shift: number, bits: number][]): PixelFormat => ({
  bytes,
  fields: fields.map(([shift, bits]) => ({ shift, bits })),
})

export const PIXEL_FORMATS: Readonly<Record<string, PixelFormat>> = {
  xrgb8888: format(4, [16, 8], [8, 8], [0, 8]),
  argb8888: format(4, [16, 8], [8, 8], [0, 8], [24, 8]),
  xbgr8888: format(4, [0, 8], [8, 8], [16, 8]),
  abgr8888: format(4, [0, 8], [8, 8], [16, 8], [24, 8]),
  rgb888: format(3, [16, 8], [8, 8], [0, 8]),
  bgr888: format(3, [0, 8], [8, 8], [16, 8]),
  rgb565: format(2, [11, 5], [5, 6], [0, 5]),
  xrgb1555: format(2, [10, 5], [5, 5], [0, 5]),
  gray8: format(1, [0, 8]),
}

/** Those that usually have so many bits. */
export const FORMAT_OF_BITS: Readonly<Record<number, string>> = {
  32: 'xrgb8888',
  24: 'rgb888',
  16: 'rgb565',
  15: 'xrgb1555',
}

/** Decodes a row of pixels to 8 bits a channel, into `target` from index `at` on. */
export const decodeRow = (
  { bytes, fields }: PixelFormat,
  row: Uint8Array,
  target: Uint8Array,
  at: number,
): void => {
  let next = at
  for (let start = 0; start + bytes <= row.length; start += bytes) {
    let pixel = 0
    for (let i = 0; i < bytes; i++) pixel |= (row[start + i] ?? 0) << (8 * i)
    for (const { shift, bits } of fields) {
      const most = (1 << bits) - 1
      target[next++] = Math.round((((pixel >>> shift) & most) * 255) / most)
    }
  }
}
