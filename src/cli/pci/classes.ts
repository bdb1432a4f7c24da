// What a system without pci.ids can still say: the PCI specification's base classes.
const BASE_CLASSES: Readonly<Record<number, string>> = {
  0: 'Unclassified device',
  1: 'Mass storage controller',
  2: 'Network controller',
  3: 'Display controller',
  4: 'Multimedia controller',
  5: 'Memory controller',
  6: 'Bridge',
  7: 'Communication controller',
  8: 'Generic system peripheral',
  9: 'Input device controller',
  10: 'Docking station',
  11: 'Processor',
  12: 'Serial bus controller',
  13: 'Wireless controller',
  14: 'Intelligent controller',
  15: 'Satellite communications controller',
  16: 'Encryption controller',
  17: 'Signal processing controller',
  18: 'Processing accelerator',
  19: 'Non-essential instrumentation',
  64: 'Coprocessor',
  255: 'Unassigned class',
}

/** The name of a class, 24 bits, by its base class. */
export const baseClassName = (code: number): string => BASE_CLASSES[code >>> 16] ?? 'Unknown class'
