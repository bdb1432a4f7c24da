/** Where the system's files are; for tests, in another folder. */
export interface SystemRoot {
  readonly sys: string
  readonly dev: string
}

export const SYSTEM: SystemRoot = { sys: '/sys', dev: '/dev' }
