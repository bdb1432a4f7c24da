import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
/** Has V8 collect all garbage now. */
export const collect: () => void = runInNewContext('gc')

/** Has what nobody has any more collected, and those told that wait for that. Without a look at it meanwhile, which would keep it for the turn. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) {
    await setTimeout(2)
    collect()
  }
  await setTimeout(2)
}
