import type { Interrupt } from '../interrupts/interrupt.js'
import type { InterruptKind } from '../interrupts/kinds.js'
import type { IoAccess } from './io-access.js'

/** Memory that a device reaches at `iova`: what a driver needs of it. `VfioDevice.dma` gives it, and `SimulatedDevice.dma`. */
export interface DmaMemory extends Disposable {
  /** The address by which the device reaches the first byte. */
  readonly iova: number
  /** In bytes. */
  readonly size: number
  map(): IoAccess
  map(offset: number, length?: number): IoAccess
  /** A store fence: what was written to it is there before what is written from here on, such as the register that tells the device. */
  flush(): void
  free(): void
}

/**
 * What a driver needs of a device beside windows into it: a VfioDevice has it, and a SimulatedDevice. A driver whose functions take a
 * `BusDevice` runs on hardware and in tests. Units, ranges and errors are those of VfioDevice.
 */
export interface BusDevice {
  /** Whether it may access memory by itself (DMA) and send message-signalled interrupts. */
  busMaster: boolean
  dma(bytes: number): DmaMemory
  interrupt(kind: InterruptKind, index?: number): Interrupt
}
