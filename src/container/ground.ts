import type { Backing } from '../apertures/aperture.js'
import { ACCESS, type Access, type Lease } from '../system/native.js'

/** What is laid into containers, and on whose behalf: whatever it is laid into is guarded for `lease`. */
export interface Ground extends Backing {
  readonly lease: Lease
}

/**
 * How pages are laid that JavaScript or WebAssembly can store to unchecked. A store to a read-only mapping must neither reach
 * the memory nor end the process. Of ordinary memory it stays in a copy of the page. A device's page can't be
 * copied, since reading it may have effects: there the fault handler takes the store as the end of the mapping.
 */
export const viewAccess = ({ writable, cached }: Ground): Access =>
  writable ? ACCESS.readWrite : cached ? ACCESS.copyOnWrite : ACCESS.read
