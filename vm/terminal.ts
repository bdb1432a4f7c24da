import type { Guest } from './guest.js'

/** Ends the guest from a terminal whose every other key goes into it. */
const escapeKey = 0x1d

export const escapeName = 'Ctrl-]'

/** Lets what is typed go into the guest, key by key; the function returned gives the terminal back. */
export function attachTerminal(guest: Guest): () => void {
  const { stdin } = process
  const onKeys = (keys: Buffer) => {
    if (keys.includes(escapeKey)) guest.kill(`the guest was ended by ${escapeName}`)
    else guest.input.write(keys)
  }
  stdin.setRawMode(true)
  stdin.on('data', onKeys)
  return () => {
    stdin.off('data', onKeys)
    stdin.setRawMode(false)
    stdin.pause()
  }
}

/** Passes a file or pipe on standard input into the guest. */
export function attachPipe(guest: Guest): () => void {
  const { stdin } = process
  stdin.pipe(guest.input)
  return () => {
    stdin.unpipe(guest.input)
    stdin.destroy()
  }
}
