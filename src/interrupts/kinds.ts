/**
 * `intx`: the device's line, masked when it comes, which the next wait lets through again; `msi`, `msix`: messages, each by its number.
 * A device has one of the three at a time. `error`: the bus has reported one; `request`: the kernel wants the device back.
 */
export type InterruptKind = 'intx' | 'msi' | 'msix' | 'error' | 'request'
