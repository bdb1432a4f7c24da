// In the guest: arguments as claim-rounds.ts has them. A listener for SIGBUS may have to be there before the library is.
import { listen } from './sigbus.js'

if (process.argv[3] === 'once') listen()
await import('./claim-rounds.js')
