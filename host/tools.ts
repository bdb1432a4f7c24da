import { execFile } from 'node:child_process'
import { HostError } from './errors.js'

interface ToolOptions {
  cwd?: string
  /** What to do when the tool is missing. */
  install: string
  /** What to do when it fails. */
  remedy?: string
}

/** Runs one of the host's tools and gives what it printed. */
export function runTool(tool: string, args: string[], options: ToolOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 64 << 20,
    }
    execFile(tool, args, settings, (error, stdout, stderr) => {
      if (!error) resolve(stdout)
      else if (error.code === 'ENOENT') reject(new HostError(`no ${tool}: ${options.install}`))
      else
        reject(new HostError(failure(`${tool} ${args.join(' ')}`, stderr || error.message, options.remedy)))
    })
  })
}

function failure(command: string, complaint: string, remedy?: string): string {
  const last = complaint.trim().split('\n').slice(-10).join('\n  ')
  return `'${command}' failed:\n  ${last}${remedy ? `\n${remedy}` : ''}`
}
