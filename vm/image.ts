import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../host/cache.js'

/** How a kernel's payload may be compressed: the first bytes, and the tool that unpacks it. */
const compressions: [magic: string, tool: string][] = [
  ['fd377a585a00', 'xz'],
  ['28b52ffd', 'zstd'],
  ['1f8b', 'gzip'],
]

/**
 * The kernel proper out of a boot image, which QEMU can start at once: unpacking itself takes an emulated
 * processor five seconds. Gives the boot image where that isn't possible.
 */
export async function unpackedImage(image: string, release: string): Promise<string> {
  const kernel = 'vmlinux'
  const make = async (folder: string) => {
    const data = unpack(readFileSync(image))
    if (!data) throw new CannotUnpack()
    writeFileSync(join(folder, kernel), data)
  }
  try {
    return join(await cached(`.vm/vmlinux-${release}`, make), kernel)
  } catch (error) {
    if (error instanceof CannotUnpack) return image
    throw error
  }
}

class CannotUnpack extends Error {}

/** By the fields of Linux's x86 boot protocol: setup_sects, payload_offset and payload_length. arm64's is not packed. */
function unpack(image: Buffer): Buffer | undefined {
  if (image.toString('latin1', 0x202, 0x206) !== 'HdrS') return undefined
  const start = (image.readUInt8(0x1f1) + 1) * 512 + image.readUInt32LE(0x248)
  const end = start + image.readUInt32LE(0x24c) - 4 // the last four bytes are the unpacked length
  const payload = image.subarray(start, end)
  const tool = compressions.find(([magic]) => payload.toString('hex', 0, magic.length / 2) === magic)?.[1]
  if (!tool) return undefined
  const { stdout } = spawnSync(tool, ['-dc'], { input: payload, maxBuffer: 1 << 30 })
  return stdout?.length === image.readUInt32LE(end) ? stdout : undefined
}
