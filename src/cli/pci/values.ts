// The registers of a part of the configuration space, read: each by one access of its width.
import type { IoAccess } from '../library.js'
import type { ConfigWidth, Decoded, ReadField, Value } from './decoded.js'
import { meaningOf, remarksOf } from './meanings.js'
import type { Place, Region } from './regions.js'

export const readConfig = (config: IoAccess, offset: number, width: ConfigWidth): number => {
  if (width === 1) return config.read8(offset)
  return width === 2 ? config.read16(offset) : config.read32(offset)
}

export const writeConfig = (config: IoAccess, offset: number, width: ConfigWidth, value: number): void => {
  if (width === 1) config.write8(offset, value)
  else if (width === 2) config.write16(offset, value)
  else config.write32(offset, value)
}

/** Of a register of a block of configuration space, which has none of 64 bits. */
export const widthOfPlace = ({ info }: Place): ConfigWidth => info.width as ConfigWidth

/** What a raw value of a register means. `region` is the name of what it is in. */
export const decodeValue = (region: string, place: Place, raw: number): Value => {
  const { info, offset } = place
  const decoded = info.decode(raw)
  const fields = typeof decoded === 'object' && decoded !== null ? Object.entries(decoded) : []
  return {
    ...{ name: info.path, offset, width: widthOfPlace(place), raw },
    fields: fields.map(([name, value]) => ({
      name,
      value: value as ReadField['value'],
      meaning: meaningOf(region, `${info.path}.${name}`, value),
    })),
    meaning: meaningOf(region, info.path, raw),
  }
}

export const readRegion = (config: IoAccess, region: Region): Decoded => {
  const values = region.registers.map(place =>
    decodeValue(region.name, place, readConfig(config, place.offset, widthOfPlace(place))),
  )
  const remarks = region.isKnown
    ? remarksOf(region.name, values)
    : ['what is in it is not known here; --dump shows its bytes']
  return { region, values, remarks }
}
