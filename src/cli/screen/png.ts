import { encode } from 'fast-png'
import { STDOUT, writeWhole } from '../files/output-file.js'
import { print } from '../shown/output.js'

export interface Picture {
  readonly width: number
  readonly height: number
  /** 1 grey, 3 red, green, blue, 4 and alpha. */
  readonly channels: number
  /** 8 bits a channel. */
  readonly data: Uint8Array
}

/** Writes a picture as a PNG file, or to standard output. */
export const writePng = (path: string, picture: Picture): Promise<void> => {
  const data = encode({ ...picture, depth: 8 })
  return path === STDOUT ? print(data) : writeWhole(path, data)
}
