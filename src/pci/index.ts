// The registers of PCI's configuration space, described: for `card.config`, where `card.capabilities` tells the offsets.
export {
  MSI,
  MSI_64,
  MSI_64_MASKABLE,
  MSI_MASKABLE,
  MSI_X,
  POWER_MANAGEMENT,
  VENDOR_SPECIFIC,
} from './capabilities.js'
export { AER, EXTENDED_VENDOR_SPECIFIC, SR_IOV } from './extended.js'
export { PCI_BRIDGE_HEADER, PCI_HEADER } from './header.js'
export { PCI_EXPRESS, PCI_EXPRESS_PORT } from './pci-express.js'
