#!/usr/bin/env node
import { report } from './failure.js'
import { exitWhenClosed } from './output.js'
import { run } from './program.js'

exitWhenClosed()
await run(process.argv.slice(2)).catch(report)
