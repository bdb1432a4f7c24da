// The registers of PCI's configuration space, described: for `card.config`, where `card.capabilities` tells the offsets.
export { AER, AER_ROOT } from './aer.js'
export {
  MSI,
  MSI_64,
  MSI_64_MASKABLE,
  MSI_MASKABLE,
  MSI_X,
  POWER_MANAGEMENT,
  VENDOR_SPECIFIC,
} from './capabilities.js'
export {
  DESIGNATED_VENDOR_SPECIFIC,
  DOE,
  EXTENDED_VENDOR_SPECIFIC,
  RESIZABLE_BAR,
  SERIAL_NUMBER,
  TPH,
  VIRTUAL_CHANNEL,
} from './extended.js'
export {
  DATA_LINK_FEATURE,
  DPC,
  L1_SUBSTATES,
  LTR,
  PHYSICAL_LAYER_16GT,
  PTM,
  SECONDARY_PCI_EXPRESS,
} from './extended-link.js'
export { PCI_BRIDGE_HEADER, PCI_HEADER } from './header.js'
export {
  ADVANCED_FEATURES,
  DEBUG_PORT,
  HOT_PLUG,
  SATA,
  SLOT_ID,
  SUBSYSTEM_ID,
  VIRTIO,
  VIRTIO_NOTIFY,
  VPD,
} from './legacy.js'
export { PCI_EXPRESS, PCI_EXPRESS_2, PCI_EXPRESS_PORT } from './pci-express.js'
export { ACS, ARI, ATS, PAGE_REQUEST, PASID, SR_IOV } from './virtualization.js'
