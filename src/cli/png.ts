import { writeFile } from 'node:fs/promises'
import { encode } from 'fast-png'

export interface Picture {
  readonly width: number
  readonly height: number
  /** 1 grey, 3 red, green, blue, 4 and alpha. */
  readonly channels: number
  /** 8 bits a channel. */
  readonly data: Uint8Array
}

/** Writes a picture as a PNG file. */
export const writePng = (path: string, picture: Picture): Promise<void> =>
  writeFile(path, encode({ ...picture, depth: 8 }))
