import type { RegisterInfo } from 'io-mapping/registers'

/** A register in an aperture. */
export interface LocatedRegister {
  /** Such as UART0.CONTROL. */
  readonly name: string
  /** In the aperture, in bytes. */
  readonly offset: number
  readonly info: RegisterInfo
  /** Another register on the same bytes that a read changes, if there is one: the device can't tell which was meant. */
  readonly on: string | undefined
}
